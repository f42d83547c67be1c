# docs/routes.md is the one table of routes: tests hold it against what the
# functions serve, and the topics, the workers' services and the URL map are
# read from it here. A route is a row; nothing else has to be written.

locals {
  _cells = regexall("(?m)^\\| (GET|POST|PUT|PATCH|DELETE) \\| `([^`]+)` \\| ([a-z-]+) \\|", file("${path.module}/../docs/routes.md"))

  _rows = [for cells in local._cells : { path = cells[1], owner = cells[2] }]

  # topic → the service whose worker takes its messages
  workers = {
    for row in local._rows : trimprefix(row.path, "/internal/events/") => row.owner
    if startswith(row.path, "/internal/")
  }

  # path → owners: a path has one, which a precondition of the URL map holds
  owners = {
    for row in local._rows : row.path => row.owner...
    if !startswith(row.path, "/internal/")
  }

  # The load balancer's spelling of a path. `{name}` is one segment, `{*name}`
  # the rest. Sorted with parameters behind literals, the first that matches is
  # the one that the function's own router would choose.
  _sortable = { for path in keys(local.owners) : replace(replace(path, "/\\{\\*[^}]*\\}/", "~~"), "/\\{[^}]*\\}/", "~") => path }
  templates = [
    for sortable in sort(keys(local._sortable)) : {
      template = replace(replace(sortable, "~~", "**"), "~", "*")
      owner    = local.owners[local._sortable[sortable]][0]
    }
  ]
}
