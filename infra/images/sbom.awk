# Reads `cargo tree --prefix depth --format '|{p}|{l}|'` and writes, for each root,
# FOLDER/ROOT.cdx.json and FOLDER/ROOT.licences. A package that cargo leaves out
# because it was printed before, "(*)", has its neighbours from there.
#
# Variables: folder, lock, revision, base.

BEGIN {
  FS = "|"
  while ((getline line <lock) > 0) {
    split(line, words, "\"")
    if (line ~ /^name = /) name = words[2]
    if (line ~ /^version = /) version = words[2]
    if (line ~ /^checksum = /) sum[name "@" version] = words[2]
  }
}

{
  split($2, words, " ")
  id = words[1] "@" substr(words[2], 2)
  name_of[id] = words[1]
  version_of[id] = substr(words[2], 2)
  kind[id] = "cargo"
  if ($2 ~ / \(\//) kind[id] = "ours"
  if ($2 ~ / \(debian\)/) kind[id] = "deb"
  licence[id] = $3
  gsub(/ *\/ */, " OR ", licence[id]) # how it was written once
  at[$1] = id
  if ($1 == 0) roots[++root_count] = id
  else {
    above = at[$1 - 1]
    if (!((above, id) in edge)) below[above] = below[above] " " id
    edge[above, id] = 1
  }
}

END {
  if (root_count == 0) { print "sbom: no crate is named" >"/dev/stderr"; exit 1 }
  for (root = 1; root <= root_count; root++) describe(roots[root])
}

function describe(root,    reached, count, i, file, components, dependencies, licences) {
  count = reach(root, reached)
  if (base != "") components = of_base()
  for (i = 1; i <= count; i++) {
    if (i > 1) {
      components = joined(components, component(reached[i]))
      licences = licences licence[reached[i]] "\n"
    }
    dependencies = joined(dependencies, neighbours(reached[i]))
  }
  file = folder "/" name_of[root] ".cdx.json"
  print "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"metadata\":{\"component\":{\"type\":\"application\"," \
    "\"bom-ref\":" text(ref(root)) ",\"name\":" text(name_of[root]) ",\"version\":" text(revision) "}}," \
    "\"components\":[" components "],\"dependencies\":[" dependencies "]}" >file
  close(file)
  file = folder "/" name_of[root] ".licences"
  print together(licences) >file
  close(file)
}

function joined(list, one) {
  return list == "" ? one : list ",\n" one
}

# reached[1] is the root
function reach(root, reached,    seen, count, i, n, j, next_ones) {
  reached[count = 1] = root
  seen[root] = 1
  for (i = 1; i <= count; i++) {
    n = split(below[reached[i]], next_ones, " ")
    for (j = 1; j <= n; j++) if (!(next_ones[j] in seen)) {
      seen[next_ones[j]] = 1
      reached[++count] = next_ones[j]
    }
  }
  return count
}

function component(id,    json) {
  json = "{\"type\":\"library\",\"bom-ref\":" text(ref(id)) ",\"name\":" text(name_of[id]) ",\"version\":" text(version_of[id])
  if (kind[id] != "ours") json = json ",\"purl\":" text(ref(id))
  if (licence[id] != "") json = json ",\"licenses\":[{\"expression\":" text(licence[id]) "}]"
  if (id in sum) json = json ",\"hashes\":[{\"alg\":\"SHA-256\",\"content\":" text(sum[id]) "}]"
  return json "}"
}

function of_base(    parts) {
  split(base, parts, "@sha256:")
  return "{\"type\":\"container\",\"name\":" text(parts[1]) ",\"version\":" text("sha256:" parts[2]) \
    ",\"hashes\":[{\"alg\":\"SHA-256\",\"content\":" text(parts[2]) "}]}"
}

function neighbours(id,    n, j, next_ones, json) {
  n = split(below[id], next_ones, " ")
  for (j = 1; j <= n; j++) json = json (j > 1 ? "," : "") text(ref(next_ones[j]))
  return "{\"ref\":" text(ref(id)) ",\"dependsOn\":[" json "]}"
}

function ref(id) {
  if (kind[id] == "ours") return "sight:" name_of[id]
  if (kind[id] == "deb") return "pkg:deb/debian/" name_of[id] "@" escaped(version_of[id])
  return "pkg:cargo/" name_of[id] "@" escaped(version_of[id])
}

# what a version may have that a purl may not
function escaped(version) {
  gsub(/%/, "%25", version)
  gsub(/\+/, "%2B", version)
  gsub(/:/, "%3A", version)
  gsub(/~/, "%7E", version)
  return version
}

# One expression that asks for all of them, each once.
function together(lines,    n, i, each, one, seen, expression) {
  n = split(lines, each, "\n")
  for (i = 1; i <= n; i++) {
    one = each[i] ~ / AND |\(/ ? each[i] : in_order(each[i])
    if (one == "" || one in seen) continue
    seen[one] = 1
    expression = expression (expression == "" ? "" : " AND ") (one ~ / / ? "(" one ")" : one)
  }
  return expression
}

# "MIT OR Apache-2.0" is "Apache-2.0 OR MIT".
function in_order(choice,    n, i, j, words, one, ordered) {
  n = split(choice, words, " OR ")
  for (i = 2; i <= n; i++) {
    one = words[i]
    for (j = i - 1; j > 0 && words[j] > one; j--) words[j + 1] = words[j]
    words[j + 1] = one
  }
  for (i = 1; i <= n; i++) ordered = ordered (i > 1 ? " OR " : "") words[i]
  return ordered
}

function text(value) {
  gsub(/\\/, "\\\\", value)
  gsub(/"/, "\\\"", value)
  return "\"" value "\""
}
