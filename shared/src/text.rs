//! Text: folding, words, stems, sentences, language, numbers and markup. Below every noun of the domain.

pub mod csv;
pub mod detect;
pub mod escape;
pub mod excerpt;
pub mod first_name;
pub mod fold;
pub mod function_word;
pub mod layout;
pub mod noun;
pub mod number;
pub mod page;
pub mod polish;
pub mod rarity;
pub mod record;
pub mod sentence;
pub mod stem;
pub mod table;
pub mod topic;
pub mod unit;
pub mod word;
pub mod words;

pub use detect::detect;
pub use excerpt::excerpt;
pub use fold::{composed, ligature};
pub use layout::Layout;
