//! Signs of fonts that have their own numbers for them.

use quick_xml::events::BytesStart;

use crate::extract::package::attribute;

/// Adobe's encoding of the font Symbol, from 0x20 and from 0xA0.
const SYMBOL_LOW: &str = " !∀#∃%&∋()∗+,−./0123456789:;<=>?\
    ≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
const SYMBOL_HIGH: &str = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑";
/// The signs of Wingdings that reports use.
const WINGDINGS: [(u32, char); 17] = [
    (0x4a, '☺'),
    (0x4c, '☹'),
    (0x6c, '●'),
    (0x6e, '■'),
    (0x6f, '□'),
    (0x76, '❖'),
    (0x9f, '•'),
    (0xa7, '▪'),
    (0xa8, '◻'),
    (0xd8, '➢'),
    (0xdf, '←'),
    (0xe0, '→'),
    (0xf0, '⇨'),
    (0xfb, '✗'),
    (0xfc, '✓'),
    (0xfd, '☒'),
    (0xfe, '☑'),
];

/// What a sign shows; none where nobody knows.
pub(super) fn sign(tag: &BytesStart<'_>) -> Option<char> {
    let code = u32::from_str_radix(&attribute(tag, "char")?, 16).ok()?;
    let font = attribute(tag, "font")?;
    // Word writes the numbers of such fonts from F000.
    let number = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    match font.as_str() {
        "Symbol" if number < 0xa0 => SYMBOL_LOW.chars().nth(number.checked_sub(0x20)? as usize),
        "Symbol" => SYMBOL_HIGH.chars().nth((number - 0xa0) as usize),
        "Wingdings" => WINGDINGS.iter().find(|(known, _)| *known == number).map(|(_, sign)| *sign),
        _ => char::from_u32(code).filter(|_| !(0xe000..=0xf8ff).contains(&code)),
    }
}
