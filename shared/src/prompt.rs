//! Prompts: files with a version, filled with a card and with texts that are marked as data.

