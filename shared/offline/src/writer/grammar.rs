//! The notation of the phrase files, and its parser.
//!
//! A file is a list of rules; `== name` opens one, every further line is one way to say it, and `#`
//! starts a remark. `[rural !kids]` before a line names the tags that it needs and rules out. Inside a
//! line `(a|b)` is a free choice, `{ł|ła}` a masculine and a feminine form, `{a}` a feminine ending,
//! `$name` a fact of the person and `@rule` another rule. A line with a gendered form is never used
//! for a person who is neither man nor woman.

use std::collections::HashMap;

use crate::writer::{
    fact::Fact,
    tag::{Tag, Tags},
};

/// Every rule of one language.
#[derive(Debug)]
pub(crate) struct Grammar {
    rules: HashMap<&'static str, Vec<Line>>,
}

/// One way to say what its rule says.
#[derive(Debug)]
pub(crate) struct Line {
    /// Unique within the grammar.
    pub(crate) id: u32,
    /// What the person must be.
    pub(crate) needs: Tags,
    /// What the person must not be.
    pub(crate) bars: Tags,
    /// In how many ways it can be said, up to a limit: how often it is chosen among its peers.
    pub(crate) weight: usize,
    pub(crate) nodes: Vec<Node>,
}

/// A piece of a line.
#[derive(Debug)]
pub(crate) enum Node {
    /// Words as they stand.
    Text(&'static str),
    /// One of several.
    Choice(Vec<Vec<Node>>),
    /// A masculine and a feminine form.
    Sexed(&'static str, &'static str),
    /// A fact of the person.
    Fact(Fact),
    /// Another rule.
    Rule(&'static str),
}

impl Grammar {
    /// Parses the files. An error names the line that breaks the notation.
    pub(crate) fn parse(files: &[&'static str]) -> Result<Self, String> {
        let mut rules: HashMap<&'static str, Vec<Line>> = HashMap::new();
        let mut id = 0;
        for file in files {
            let mut rule = None;
            for line in file.lines().map(str::trim) {
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                if let Some(name) = line.strip_prefix("== ") {
                    rule = Some(name);
                    continue;
                }
                let name = rule.ok_or_else(|| format!("a line before the first rule: {line}"))?;
                let parsed = parse_line(line, id).map_err(|why| format!("{why}: {line}"))?;
                rules.entry(name).or_default().push(parsed);
                id += 1;
            }
        }
        let grammar = Self { rules };
        grammar.check_references()?;
        Ok(grammar)
    }

    /// The ways to say a rule; none if there is no such rule.
    pub(crate) fn lines(&self, rule: &str) -> &[Line] {
        self.rules.get(rule).map_or(&[], Vec::as_slice)
    }

    fn check_references(&self) -> Result<(), String> {
        let nodes = self.rules.values().flatten().flat_map(|line| &line.nodes);
        for node in nodes {
            if let Node::Rule(name) = node
                && !self.rules.contains_key(name)
            {
                return Err(format!("no rule named {name}"));
            }
        }
        Ok(())
    }
}

/// The most that a line's ways count for; otherwise the richest lines would silence the rest.
const MOST_WAYS: usize = 16;
/// What another rule is taken to add.
const WAYS_OF_A_RULE: usize = 6;

fn ways(nodes: &[Node]) -> usize {
    let of_node = |node: &Node| match node {
        Node::Choice(options) => options.iter().map(|option| ways(option)).sum(),
        Node::Rule(_) => WAYS_OF_A_RULE,
        Node::Fact(Fact::Name | Fact::Age | Fact::ChildrenDo | Fact::GrownDo | Fact::Mate) => 4,
        Node::Text(_) | Node::Sexed(..) | Node::Fact(_) => 1,
    };
    nodes.iter().map(of_node).product()
}

/// Whether these nodes say anything that agrees with a sex.
pub(crate) fn is_sexed(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| matches!(node, Node::Sexed(..)))
}

fn parse_line(line: &'static str, id: u32) -> Result<Line, String> {
    let (tags, text) = match line.strip_prefix('[') {
        Some(rest) => rest.split_once(']').ok_or("unclosed [")?,
        None => ("", line),
    };
    let (mut needs, mut bars) = (Tags::default(), Tags::default());
    for name in tags.split_whitespace() {
        let (set, name) = match name.strip_prefix('!') {
            Some(name) => (&mut bars, name),
            None => (&mut needs, name),
        };
        *set = set.with(Tag::parse(name).ok_or_else(|| format!("unknown tag {name}"))?);
    }
    let mut rest = text.trim_start();
    let nodes = parse_nodes(&mut rest)?;
    if !rest.is_empty() {
        return Err(format!("a stray {}", &rest[..1]));
    }
    let weight = ways(&nodes).min(MOST_WAYS);
    Ok(Line { id, needs, bars, weight, nodes })
}

/// Reads until the end, or until a `|` or `)` that belongs to the caller.
fn parse_nodes(rest: &mut &'static str) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::new();
    while let Some(first) = rest.chars().next() {
        match first {
            '|' | ')' => break,
            '(' => nodes.push(parse_choice(rest)?),
            '{' => nodes.push(parse_sexed(rest)?),
            '$' => {
                let name = take_name(rest);
                let fact = Fact::parse(name).ok_or_else(|| format!("unknown fact {name}"))?;
                nodes.push(Node::Fact(fact));
            }
            '@' => nodes.push(Node::Rule(take_name(rest))),
            _ => {
                let end = rest.find(['|', ')', '(', '{', '$', '@']).unwrap_or(rest.len());
                nodes.push(Node::Text(&rest[..end]));
                *rest = &rest[end..];
            }
        }
    }
    Ok(nodes)
}

fn parse_choice(rest: &mut &'static str) -> Result<Node, String> {
    let mut options = Vec::new();
    loop {
        *rest = &rest[1..];
        options.push(parse_nodes(rest)?);
        match rest.chars().next() {
            Some('|') => {}
            Some(')') => break,
            _ => return Err("unclosed (".to_owned()),
        }
    }
    *rest = &rest[1..];
    Ok(Node::Choice(options))
}

fn parse_sexed(rest: &mut &'static str) -> Result<Node, String> {
    let (inside, after) = rest[1..].split_once('}').ok_or("unclosed {")?;
    *rest = after;
    Ok(inside.split_once('|').map_or(Node::Sexed("", inside), |(m, f)| Node::Sexed(m, f)))
}

fn take_name(rest: &mut &'static str) -> &'static str {
    let body = &rest[1..];
    let end = body
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .unwrap_or(body.len());
    let name = body[..end].trim_end_matches('.');
    *rest = &body[name.len()..];
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_breaks_the_notation_is_named() {
        let cases = [
            ("== a\n(open", "unclosed ("),
            ("== a\n{open", "unclosed {"),
            ("== a\n[tall] x", "unknown tag tall"),
            ("== a\n$shoe", "unknown fact shoe"),
            ("== a\n@nowhere", "no rule named nowhere"),
            ("orphan", "before the first rule"),
            ("== a\none ) two", "a stray )"),
        ];

        for (file, expected) in cases {
            let error = Grammar::parse(&[file]).expect_err(file);
            assert!(error.contains(expected), "{file}: {error}");
        }
    }
}
