//! What of a page is read to anybody.

use ego_tree::NodeId;

use super::tree::Element;

/// What is not.
const SILENT: [&str; 14] = [
    "script", "style", "noscript", "template", "svg", "head", "nav", "iframe", "object", "select",
    "rp", "del", "s", "strike",
];
/// What holds a page that its author never closed.
const MENUS: [&str; 2] = ["nav", "select"];
/// What is read in a menu all the same: one that was never closed holds the page.
const AWAKE: [&str; 6] = ["main", "article", "section", "p", "table", "h1"];
/// What was taken back by its author.
const STRUCK: [&str; 3] = ["del", "s", "strike"];

/// Where in the tree the reader is.
#[derive(Default)]
pub(super) struct Seen {
    /// Elements that changed whether their content is read, and whether it is.
    turns: Vec<(NodeId, bool)>,
    /// The menus among them.
    menus: Vec<NodeId>,
    pub(super) struck: u32,
}

impl Seen {
    pub(super) fn is_seen(&self) -> bool {
        self.turns.last().is_none_or(|(_, is_seen)| *is_seen)
    }

    /// Whether an element that begins is read.
    pub(super) fn enter(&mut self, id: NodeId, element: &Element) -> bool {
        let name = element.name();
        if !self.is_seen() {
            if self.is_in_menu() && AWAKE.contains(&name) && !is_hidden(element) {
                self.turns.push((id, true));
            }
            return self.is_seen();
        }
        if SILENT.contains(&name) || is_hidden(element) {
            self.struck += u32::from(STRUCK.contains(&name));
            self.turns.push((id, false));
            if MENUS.contains(&name) {
                self.menus.push(id);
            }
            return false;
        }
        true
    }

    /// Whether an element that ends was read.
    pub(super) fn leave(&mut self, id: NodeId) -> bool {
        let was_seen = self.is_seen();
        if self.turns.last().is_some_and(|(turned, _)| *turned == id) {
            self.turns.pop();
        }
        self.menus.pop_if(|menu| *menu == id);
        was_seen
    }

    fn is_in_menu(&self) -> bool {
        self.menus.last() == self.turns.last().map(|(id, _)| id)
    }
}

/// What its author does not show, as far as the element itself says.
fn is_hidden(element: &Element) -> bool {
    let style = element.attribute("style").unwrap_or("").to_ascii_lowercase();
    let style: String = style.split_whitespace().collect();
    let is_hidden = element.attribute("hidden").is_some_and(|value| value != "until-found");
    is_hidden || style.contains("display:none") || style.contains("visibility:hidden")
}
