use proptest::prelude::*;

use super::*;
use crate::knowledge::BlockKind;
use crate::text::sentence;

const SMALL: ChunkSizes = ChunkSizes { target: 20, max: 30, table_max: 40 };

fn sentence_of(words: usize) -> String {
    let mut text = vec!["słowo"; words].join(" ");
    text.push('.');
    text.replacen("słowo", "Słowo", 1)
}

fn letters(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

#[test]
fn a_chunk_stays_in_its_section_and_carries_the_headings_above_it() {
    let blocks = [
        Block::heading(1, "Raport"),
        Block::heading(2, "Ceny"),
        Block::paragraph("Ceny rosną.").on_page(1),
        Block::heading(2, "Kanały"),
        Block::paragraph("Dyskonty są blisko.").on_page(2),
        Block::paragraph("Sieć jest dalej.").on_page(3),
    ];

    let chunks = semantic(&blocks, ChunkSizes::default());

    assert_eq!(chunks.len(), 2);
    assert_eq!(chunks[0].headings, ["Raport", "Ceny"]);
    assert_eq!(chunks[1].headings, ["Raport", "Kanały"]);
    assert_eq!(chunks[1].text, "Dyskonty są blisko.\n\nSieć jest dalej.");
    assert_eq!((chunks[1].page_from, chunks[1].page_to), (Some(2), Some(3)));
    assert_eq!(chunks[1].in_context(), "Raport\nKanały\nDyskonty są blisko.\n\nSieć jest dalej.");
}

#[test]
fn a_long_paragraph_is_cut_between_sentences() {
    let text = [sentence_of(8), sentence_of(8), sentence_of(8)].join(" ");

    let chunks = semantic(&[Block::paragraph(&text)], SMALL);

    assert!(chunks.len() > 1);
    for chunk in &chunks {
        assert!(chunk.text.ends_with('.') && chunk.text.starts_with('S'), "{}", chunk.text);
    }
}

#[test]
fn a_sentence_over_the_maximum_is_cut_at_a_clause_and_a_word_only_when_it_alone_is_too_long() {
    let clause = ["słowo"; 12].join(" ");
    let long = format!("{clause}, {clause}.");

    let chunks = semantic(&[Block::paragraph(&long)], SMALL);
    let endless = semantic(&[Block::paragraph("ą".repeat(1000))], SMALL);

    assert_eq!(chunks[0].text, format!("{clause},"));
    assert!(endless.iter().all(|chunk| chunk.tokens <= SMALL.max));
    assert_eq!(endless.iter().map(|chunk| chunk.text.chars().count()).sum::<usize>(), 1000);
}

#[test]
fn a_table_stays_whole_and_a_longer_one_repeats_its_header() {
    let whole = "rok | udział\n2023 | 21 %\n2024 | 23 %";
    let rows: Vec<String> = (0..40).map(|year| format!("{year} | udział {year} %")).collect();
    let long = format!("rok | udział\n{}", rows.join("\n"));

    let small = semantic(&[Block::table(whole)], SMALL);
    let parts = semantic(&[Block::table(&long)], SMALL);

    assert_eq!(small[0].text, whole);
    assert!(parts.len() > 1);
    assert!(parts.iter().all(|part| part.text.starts_with("rok | udział\n")));
    for row in &rows {
        let holders = parts.iter().filter(|part| part.text.lines().any(|line| line == row));
        assert_eq!(holders.count(), 1, "{row}");
    }
}

#[test]
fn a_heading_with_nothing_below_it_is_kept_as_a_chunk() {
    let blocks = [Block::heading(1, "Aneks"), Block::heading(1, "Koniec")];

    let chunks = semantic(&blocks, SMALL);

    let texts: Vec<_> = chunks.iter().map(|chunk| chunk.text.as_str()).collect();
    assert_eq!(texts, ["Aneks", "Koniec"]);
}

#[test]
fn an_edit_changes_the_hash_of_its_chunk_only_and_a_repetition_has_one_of_its_own() {
    let section = |name: &str, text: &str| [Block::heading(1, name), Block::paragraph(text)];
    let before = [section("A", "Jeden."), section("B", "Dwa."), section("B", "Dwa.")].concat();
    let after = [section("A", "Jeden!"), section("B", "Dwa."), section("B", "Dwa.")].concat();

    let (before, after) = (semantic(&before, SMALL), semantic(&after, SMALL));

    assert_ne!(before[0].hash, after[0].hash);
    assert_eq!(before[1].hash, after[1].hash);
    assert_ne!(before[1].hash, before[2].hash);
    assert_eq!(before[2].hash, after[2].hash);
}

#[test]
fn the_baseline_has_windows_that_overlap_and_whole_words() {
    let text = (0..400).map(|number| format!("w{number:03}")).collect::<Vec<_>>().join(" ");

    let chunks = fixed(&[Block::paragraph(&text)], 1000, 300);

    assert!(chunks.len() > 1);
    for pair in chunks.windows(2) {
        let first = pair[1].text.split(' ').next().unwrap();
        assert!(pair[0].text.contains(first), "{first} is in both");
        assert!(pair[0].text.chars().count() <= 1000);
    }
    assert!(chunks.iter().all(|chunk| chunk.text.split(' ').all(|word| word.len() == 4)));
}

#[test]
fn a_heading_above_nothing_but_a_blank_block_is_kept() {
    let chunks = semantic(&[Block::heading(1, "Ceny"), Block::paragraph(" ")], SMALL);

    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0].text, "Ceny");
}

fn any_block() -> impl Strategy<Value = Block> {
    let text = prop_oneof![
        ".{0,200}",
        "([A-ZĄŻa-ząćęłńóśźż]{1,12}[ ,.!?\n]{1,2}){0,80}",
        "(([0-9a-zż]{1,8} \\| ){1,4}\n){0,30}",
    ];
    let kind = prop_oneof![
        (1_u8..4).prop_map(|level| BlockKind::Heading { level }),
        Just(BlockKind::ListItem),
        Just(BlockKind::Paragraph),
        Just(BlockKind::Table),
    ];
    (kind, text, prop::option::of(1_u32..9)).prop_map(|(kind, text, page)| Block {
        kind,
        text,
        page,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn nothing_is_lost_and_the_order_is_kept(blocks in prop::collection::vec(any_block(), 0..12)) {
        // headings are context and the rows' header may be repeated: the next tests hold those
        let blocks: Vec<Block> = blocks.into_iter().map(|block| Block::paragraph(block.text)).collect();

        let chunks = semantic(&blocks, SMALL);

        let written: String = blocks.iter().map(|block| letters(&block.text)).collect();
        let kept: String = chunks.iter().map(|chunk| letters(&chunk.text)).collect();
        prop_assert_eq!(kept, written);
    }

    #[test]
    fn every_row_of_a_table_is_kept(text in "(([0-9a-zż]{1,8} \\| ){1,4}\n){0,30}") {
        let chunks = semantic(&[Block::table(&text)], SMALL);

        for row in text.lines().map(str::trim) {
            prop_assert!(chunks.iter().any(|chunk| chunk.text.lines().any(|line| line.trim() == row)));
        }
    }

    #[test]
    fn every_heading_is_in_a_chunk_or_above_one(blocks in prop::collection::vec(any_block(), 0..12)) {
        let chunks = semantic(&blocks, SMALL);

        let all: String = chunks.iter().map(|chunk| letters(&chunk.in_context())).collect();
        for block in blocks.iter().filter(|block| matches!(block.kind, BlockKind::Heading { .. })) {
            // a longer one with nothing below it is cut, with the headings above it in between
            if tokens(&block.text) > SMALL.max {
                continue;
            }
            prop_assert!(all.contains(&letters(&block.text)), "{}", block.text);
        }
    }

    #[test]
    fn bounds_hold_for_any_text(blocks in prop::collection::vec(any_block(), 0..12)) {
        for chunk in semantic(&blocks, SMALL) {
            prop_assert!(!chunk.text.trim().is_empty());
            prop_assert!(chunk.tokens <= SMALL.table_max, "{} tokens", chunk.tokens);
            prop_assert_eq!(chunk.tokens, tokens(&chunk.text));
        }
    }

    #[test]
    fn running_text_never_exceeds_its_maximum(text in ".{0,600}") {
        for chunk in semantic(&[Block::paragraph(&text)], SMALL) {
            prop_assert!(chunk.tokens <= SMALL.max, "{} tokens", chunk.tokens);
        }
    }

    #[test]
    fn sentences_that_fit_are_whole_in_one_chunk(count in 1_usize..30, words in 1_usize..12) {
        let text = vec![sentence_of(words); count].join(" ");

        let chunks = semantic(&[Block::paragraph(&text)], SMALL);

        let whole: usize = chunks.iter().map(|chunk| sentence::sentences(&chunk.text).len()).sum();
        prop_assert_eq!(whole, count);
    }

    #[test]
    fn places_and_hashes_are_unique(blocks in prop::collection::vec(any_block(), 0..12)) {
        let chunks = semantic(&blocks, SMALL);

        let hashes: std::collections::HashSet<_> = chunks.iter().map(|chunk| &chunk.hash).collect();
        prop_assert_eq!(hashes.len(), chunks.len());
        prop_assert!(chunks.iter().zip(0..).all(|(chunk, index)| chunk.index == index));
    }

    #[test]
    fn sentences_lose_only_white_space(text in ".{0,300}|([A-Ża-ż0-9]{1,5}[.!? \n]{1,3}){0,60}") {
        let joined: String = sentence::sentences(&text).iter().map(|part| letters(part)).collect();
        prop_assert_eq!(joined, letters(&text));
    }
}
