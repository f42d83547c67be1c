//! Says the rules of a grammar about one person.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::writer::{
    fact::{Fact, Facts},
    grammar::{Grammar, Line, Node, is_sexed},
    tag::{Tag, Tags},
};
use shared::text::polish;

// Chosen by hand.
/// How often a sentence goes without its closing clause.
const BRISK_PERCENT: usize = 20;

/// What says one person's sentences: it never says the same line twice.
pub(crate) struct Realiser<'a> {
    grammar: &'a Grammar,
    facts: Facts,
    tags: Tags,
    form: Form,
    rng: ChaCha8Rng,
    fresh: bool,
    brisk: bool,
    used: Vec<u32>,
}

/// Which gendered forms a person takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Masculine,
    Feminine,
    /// Neither: lines with gendered forms are left out.
    Neutral,
}

impl<'a> Realiser<'a> {
    /// A realiser for a person of these facts and tags.
    pub(crate) fn new(
        grammar: &'a Grammar,
        facts: Facts,
        tags: Tags,
        form: Form,
        rng: ChaCha8Rng,
    ) -> Self {
        Self {
            grammar,
            facts,
            tags,
            form,
            rng,
            fresh: true,
            brisk: false,
            used: Vec::with_capacity(64),
        }
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.rng.random_range(0..bound)
    }

    /// Whether the person is in paid work.
    pub(crate) fn is_working(&self) -> bool {
        self.tags.contains(Tags::default().with(Tag::Employed))
    }

    /// Words a fact that is known only now.
    pub(crate) fn set(&mut self, fact: Fact, wording: String) {
        self.facts.set(fact, wording);
    }

    /// Lets the next pronoun be the name: a paragraph says again whom it is about.
    pub(crate) fn start_paragraph(&mut self) {
        self.fresh = true;
    }

    /// A sentence for the rule, with its capital and full stop; none if no line fits the person.
    pub(crate) fn sentence(&mut self, rule: &str) -> Option<String> {
        self.phrase(rule).map(|phrase| finish(&phrase))
    }

    /// The rule's words as they stand inside a sentence; none if no line fits the person.
    pub(crate) fn phrase(&mut self, rule: &str) -> Option<String> {
        let mut out = String::with_capacity(192);
        self.say(rule, &mut out).then_some(out)
    }

    /// A sentence for the rule that may leave out its closing clause: where every sentence had one,
    /// the rhythm would tire.
    pub(crate) fn brisk_sentence(&mut self, rule: &str) -> Option<String> {
        self.brisk = self.below(100) < BRISK_PERCENT;
        let sentence = self.sentence(rule);
        self.brisk = false;
        sentence
    }

    fn say(&mut self, rule: &str, out: &mut String) -> bool {
        let grammar = self.grammar;
        let mut fitting: Vec<&Line> =
            grammar.lines(rule).iter().filter(|line| self.fits(line)).collect();
        while !fitting.is_empty() {
            let line = fitting.swap_remove(self.choose(&fitting));
            let start = out.len();
            if self.write(self.cut(&line.nodes), out) {
                self.used.push(line.id);
                return true;
            }
            out.truncate(start);
        }
        false
    }

    fn choose(&mut self, lines: &[&Line]) -> usize {
        let mut left = self.below(lines.iter().map(|line| line.weight).sum());
        for (place, line) in lines.iter().enumerate() {
            if left < line.weight {
                return place;
            }
            left -= line.weight;
        }
        unreachable!("the number was drawn below the sum of the weights")
    }

    /// The nodes without a closing `, (…|…)`, when that is asked for.
    fn cut<'n>(&self, nodes: &'n [Node]) -> &'n [Node] {
        match nodes {
            [kept @ .., Node::Text(", "), Node::Choice(_), Node::Text(".")] if self.brisk => kept,
            _ => nodes,
        }
    }

    fn fits(&self, line: &Line) -> bool {
        self.tags.contains(line.needs)
            && !self.tags.meets(line.bars)
            && !self.used.contains(&line.id)
            && (self.form != Form::Neutral || !is_sexed(&line.nodes))
    }

    fn write(&mut self, nodes: &[Node], out: &mut String) -> bool {
        nodes.iter().all(|node| match node {
            Node::Text(text) => {
                out.push_str(text);
                true
            }
            Node::Sexed(masculine, feminine) => match self.form {
                Form::Masculine => push(out, masculine),
                Form::Feminine => push(out, feminine),
                Form::Neutral => false,
            },
            Node::Fact(fact) => self.write_fact(*fact, out),
            Node::Rule(name) => self.say(name, out),
            Node::Choice(options) => self.write_choice(options, out),
        })
    }

    fn write_fact(&mut self, fact: Fact, out: &mut String) -> bool {
        let named = std::mem::take(&mut self.fresh);
        let fact = match fact {
            Fact::He if named => Fact::Name,
            Fact::Name | Fact::He => fact,
            _ => {
                self.fresh = named;
                fact
            }
        };
        match self.facts.get(fact) {
            "" => false,
            text => push(out, text),
        }
    }

    fn write_choice(&mut self, options: &[Vec<Node>], out: &mut String) -> bool {
        let usable = |nodes: &[Node]| self.form != Form::Neutral || !is_sexed(nodes);
        let count = options.iter().filter(|nodes| usable(nodes)).count();
        if count == 0 {
            return false;
        }
        let chosen = self.below(count);
        let neutral = self.form == Form::Neutral;
        let nodes = options
            .iter()
            .filter(|nodes| !neutral || !is_sexed(nodes))
            .nth(chosen)
            .expect("the number was drawn below the count");
        self.write(nodes, out)
    }
}

fn push(out: &mut String, text: &str) -> bool {
    out.push_str(text);
    true
}

/// A phrase as a sentence: one space between words, a capital at each start, a full stop at the end.
pub(crate) fn finish(phrase: &str) -> String {
    let mut out = String::with_capacity(phrase.len() + 2);
    let mut starts = true;
    for word in phrase.split_whitespace() {
        let glued = word.starts_with([',', '.', ';', ':', '!', '?']) && !out.is_empty();
        if !out.is_empty() && !glued {
            out.push(' ');
        }
        if starts {
            push_capital(&mut out, word)
        } else {
            out.push_str(word)
        }
        starts = word.ends_with(['.', '!', '?']);
    }
    if !out.trim_end_matches(['”', '"']).ends_with(['.', '!', '?', '…']) {
        out.push('.');
    }
    polish::drop_commas(&out)
}

fn push_capital(out: &mut String, word: &str) {
    let mut raised = false;
    for c in word.chars() {
        if !raised && c.is_alphabetic() {
            out.extend(c.to_uppercase());
            raised = true;
        } else {
            raised |= c.is_numeric();
            out.push(c);
        }
    }
}
