//! A page as a tree, with what is read of it and no more: of attributes only those that change how it is read.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use ego_tree::{NodeId, Tree};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

/// Attributes that are read.
const READ: [&str; 5] = ["alt", "colspan", "hidden", "rowspan", "style"];
/// How much is handed to the parser at once: what it leaves behind is free again.
const PART: usize = 64 << 10;

/// A part of a page.
#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(StrTendril),
    /// Whatever else.
    Other,
}

#[derive(Debug)]
pub(super) struct Element {
    name: QualName,
    attributes: Vec<(String, String)>,
}

impl Element {
    pub(super) fn name(&self) -> &str {
        &self.name.local
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }
}

/// The tree that a browser would build.
pub(super) fn parse(mut text: &str) -> Tree<Node> {
    let mut parser = parse_document(Builder::default(), ParseOpts::default());
    while !text.is_empty() {
        let part;
        (part, text) = text.split_at(text.floor_char_boundary(PART.min(text.len())));
        parser.process(StrTendril::from_slice(part));
    }
    parser.finish()
}

struct Builder(RefCell<Tree<Node>>);

impl Default for Builder {
    fn default() -> Self {
        Self(RefCell::new(Tree::new(Node::Other)))
    }
}

impl Builder {
    fn orphan(&self, node: Node) -> NodeId {
        self.0.borrow_mut().orphan(node).id()
    }
}

/// Adds text to the text node that is there, or says that none is.
fn grow(node: Option<ego_tree::NodeMut<'_, Node>>, text: &StrTendril) -> bool {
    match node {
        Some(mut node) => match node.value() {
            Node::Text(before) => {
                before.push_tendril(text);
                true
            }
            _ => false,
        },
        None => false,
    }
}

const KNOWN: &str = "the parser names nodes of its own tree";

impl TreeSink for Builder {
    type Handle = NodeId;
    type Output = Tree<Node>;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree<Node> {
        self.0.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn get_document(&self) -> NodeId {
        self.0.borrow().root().id()
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.0.borrow(), |tree| match tree.get(*target).expect(KNOWN).value() {
            Node::Element(element) => &element.name,
            _ => unreachable!("only elements are asked for their names"),
        })
    }

    fn create_element(&self, name: QualName, all: Vec<Attribute>, _: ElementFlags) -> NodeId {
        let read = all.into_iter().filter(|one| READ.contains(&&*one.name.local));
        let attributes = read.map(|one| (one.name.local.to_string(), one.value.to_string()));
        self.orphan(Node::Element(Element { name, attributes: attributes.collect() }))
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.orphan(Node::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.orphan(Node::Other)
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let mut tree = self.0.borrow_mut();
        let mut parent = tree.get_mut(*parent).expect(KNOWN);
        match child {
            NodeOrText::AppendNode(id) => drop(parent.append_id(id)),
            NodeOrText::AppendText(text) => {
                if !grow(parent.last_child(), &text) {
                    parent.append(Node::Text(text));
                }
            }
        }
    }

    fn append_before_sibling(&self, sibling: &NodeId, new: NodeOrText<NodeId>) {
        let mut tree = self.0.borrow_mut();
        if let NodeOrText::AppendNode(id) = new {
            tree.get_mut(id).expect(KNOWN).detach();
        }
        let mut sibling = tree.get_mut(*sibling).expect(KNOWN);
        if sibling.parent().is_none() {
            return;
        }
        match new {
            NodeOrText::AppendNode(id) => drop(sibling.insert_id_before(id)),
            NodeOrText::AppendText(text) => {
                if !grow(sibling.prev_sibling(), &text) {
                    sibling.insert_before(Node::Text(text));
                }
            }
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        before: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        let has_parent = self.0.borrow().get(*element).expect(KNOWN).parent().is_some();
        match has_parent {
            true => self.append_before_sibling(element, child),
            false => self.append(before, child),
        }
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        // What a template holds is not shown: it may hang below it like anything else.
        *target
    }

    fn add_attrs_if_missing(&self, _: &NodeId, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &NodeId) {
        self.0.borrow_mut().get_mut(*target).expect(KNOWN).detach();
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut tree = self.0.borrow_mut();
        tree.get_mut(*new_parent).expect(KNOWN).reparent_from_id_append(*node);
    }
}
