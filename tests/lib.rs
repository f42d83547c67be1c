//! Nothing to import: this package is the tests of what crosses a folder.
