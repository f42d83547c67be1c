//! Lines that are rows of a table, and lines that stand in columns.

use super::line::{Gap, Line};
use crate::extract::table::escaped;

// Chosen by hand, as the bounds below.
/// Lines of a page that are looked at for columns.
const LOOKED_AT: usize = 300;
/// Columns of a page.
const MOST_COLUMNS: usize = 4;
/// Lines of a column.
const LEAST_LINES: usize = 3;
/// Characters of a column's line, on average.
const LEAST_LENGTH: usize = 12;
/// How much of a column's width its lines take, on average: wrapped text fills it, cells do not.
const FILLED: f64 = 0.6;
/// Lines further apart than this many sizes are two blocks.
const GAP: f64 = 2.2;
/// How much higher than the line before it a line may stand, in sizes: the first of another column may.
const SAME_HEIGHT: f64 = 0.7;
/// Rows of a table, one after another, whose cells stand so close that they are read as one at first.
const MOST_CLOSE: usize = 3;
/// The narrowest strip between columns, in sizes.
const GUTTER: f64 = 0.5;
/// How far from one place lines of a column begin, in sizes.
const FLUSH: f64 = 0.15;
/// Lines on both sides of a gutter that begin at one place behind it. In text that is set close three gaps may end at
/// one place by chance.
const LEAST_FLUSH: usize = 4;
/// The first lines of a block, which show where gutters may be.
const SHOW_GUTTERS: usize = 8;

/// How many rows of a table begin here: at least two lines with cells, and what stands alone in its column
/// between them.
pub(super) fn table_at(lines: &[Line]) -> usize {
    let is_row = |at: usize| lines.get(at).is_some_and(|line| line.cells.len() >= 2);
    let (mut rows, mut full, mut last) = (0, 0, 0);
    loop {
        let goes_on = || rows > 0 && (1..=MOST_CLOSE).any(|more| is_row(rows + more));
        if is_row(rows) {
            (full, last) = (full + 1, rows);
        } else if !(goes_on() && (is_lone(lines, rows) || is_close(lines, rows, &lines[last]))) {
            break;
        }
        rows += 1;
    }
    if full >= 2 { rows } else { 0 }
}

/// Whether a line with one cell stands in one column of the rows around it, and near them.
fn is_lone(lines: &[Line], at: usize) -> bool {
    let (before, line, after) = (&lines[at - 1], &lines[at], &lines[at + 1]);
    let over =
        |row: &Line| row.places.iter().filter(|place| overlaps(line.places[0], **place)).count();
    let is_row = after.cells.len() >= 2;
    is_row && is_next(before, line) && is_next(line, after) && over(before).max(over(after)) <= 1
}

/// Whether a line is a row whose cells stand so close that they were taken for one.
fn is_close(lines: &[Line], at: usize, row: &Line) -> bool {
    let line = &lines[at];
    is_next(&lines[at - 1], line) && in_columns(line, &row.places).cells.len() > 1
}

fn is_next(one: &Line, other: &Line) -> bool {
    one.page == other.page
        && (0.0..=GAP * one.size).contains(&(other.y - one.y))
        && (one.size - other.size).abs() < 0.05 * one.size
}

/// A row cut before what begins in its columns.
fn in_columns(line: &Line, columns: &[(f64, f64)]) -> Line {
    let begins = |gap: &Gap, pair: &[(f64, f64)]| {
        let (end, column) = (gap.place.1, pair[1]);
        gap.place.0 >= pair[0].0 && (column.0 - line.size..column.1).contains(&end)
    };
    line.cut(|gap| columns.windows(2).any(|pair| begins(gap, pair)))
}

/// The rows of a table, every cell in its column: where rows lack some, the place says which.
pub(super) fn rows(lines: &[Line]) -> Vec<String> {
    let most = lines.iter().map(|line| line.cells.len()).max().unwrap_or(0);
    let full = || lines.iter().filter(|line| line.cells.len() == most);
    let columns: Vec<(f64, f64)> = (0..most)
        .map(|at| {
            let places = full().filter_map(|line| line.places.get(at));
            places.fold((f64::MAX, f64::MIN), |all, place| (all.0.min(place.0), all.1.max(place.1)))
        })
        .collect();
    let whole = |line: &Line| match line.cells.len() < most {
        true => Some(in_columns(line, &columns)).filter(|line| line.cells.len() <= most),
        false => None,
    };
    lines.iter().map(|line| row(whole(line).as_ref().unwrap_or(line), &columns)).collect()
}

fn row(line: &Line, columns: &[(f64, f64)]) -> String {
    let mut cells = vec![String::new(); columns.len()];
    let mut from = 0;
    for (at, (cell, place)) in line.cells.iter().zip(&line.places).enumerate() {
        // Those that follow need columns too.
        let to = columns.len().saturating_sub(line.cells.len() - at - 1).max(from + 1);
        let free = from..to.min(columns.len());
        let nearest = free.min_by(|&a, &b| {
            let (a, b) = (distance(*place, columns[a]), distance(*place, columns[b]));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        let column = nearest.unwrap_or(from);
        if let Some(free) = cells.get_mut(column) {
            *free = escaped(cell);
        }
        from = column + 1;
    }
    cells.join(" | ").trim_end_matches([' ', '|']).to_owned()
}

/// The gap between two places, and that between their middles.
fn distance(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    let gap = (other.0 - one.1).max(one.0 - other.1).max(0.0);
    (gap, ((one.0 + one.1) - (other.0 + other.1)).abs())
}

fn overlaps(one: (f64, f64), other: (f64, f64)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// A column while it is found.
struct Column {
    place: (f64, f64),
    lines: Vec<Line>,
}

/// How many lines from here on stand in columns of running text, and those lines column by column.
pub(super) fn columns_at(lines: &[Line], at: usize) -> Option<(usize, Vec<Vec<Line>>)> {
    let close = parted(lines, at)
        .and_then(|block| columns(&block).filter(|(taken, _)| *taken == block.len()));
    close.or_else(|| columns(&lines[at..]))
}

/// The block of lines that begins here, cut at the strips that all of its lines leave free; nothing where there are
/// none.
fn parted(lines: &[Line], at: usize) -> Option<Vec<Line>> {
    let goes_on = |one: &Line, other: &Line| {
        one.page == other.page
            && (one.size - other.size).abs() < 0.1 * one.size
            && (-SAME_HEIGHT * one.size..=GAP * one.size).contains(&(other.y - one.y))
    };
    let (before, block) = lines.split_at(at);
    if before.last().is_some_and(|before| goes_on(before, &block[0])) {
        return None;
    }
    let pairs = block.windows(2).take(LOOKED_AT);
    let block = &block[..=pairs.take_while(|pair| goes_on(&pair[0], &pair[1])).count()];
    let shown = block.iter().take(SHOW_GUTTERS).flat_map(|line| &line.gaps);
    let gutters: Vec<(f64, f64)> = shown.filter_map(|gap| gutter(block, gap.place)).collect();
    let is_gutter = |gap: &Gap| gutters.iter().any(|gutter| overlaps(*gutter, gap.place));
    (!gutters.is_empty()).then(|| block.iter().map(|line| line.cut(is_gutter)).collect())
}

/// What all lines leave free of a gap, where enough of them go on at one place behind it.
fn gutter(lines: &[Line], gap: (f64, f64)) -> Option<(f64, f64)> {
    let (mut from, to, middle) = (gap.0, gap.1, (gap.0 + gap.1) / 2.0);
    let (mut on_both, mut flush) = (0, 0);
    let size = lines[0].size;
    for line in lines {
        let (mut left, mut right) = (None, None);
        for place in line.cut(|_| true).places {
            if place.1 <= middle {
                left = Some(place.1);
            } else if place.0 >= middle {
                right = right.or(Some(place.0));
            } else {
                return None;
            }
        }
        from = left.map_or(from, |left| from.max(left));
        let Some(right) = right else { continue };
        if right < to - FLUSH * size {
            return None;
        }
        on_both += usize::from(left.is_some());
        flush += usize::from(left.is_some() && right <= to + FLUSH * size);
    }
    let is_one = flush >= LEAST_FLUSH && flush * 2 > on_both && to - from >= GUTTER * size;
    is_one.then_some((from, to))
}

fn columns(lines: &[Line]) -> Option<(usize, Vec<Vec<Line>>)> {
    let [first, second, ..] = lines else { return None };
    let is_apart = second.page == first.page
        && !overlaps((first.left, first.right), (second.left, second.right))
        && (second.y - first.y).abs() < 1.5 * first.size;
    if first.cells.len() < 2 && !is_apart {
        return None;
    }
    let mut columns: Vec<Column> = Vec::new();
    let mut taken = 0;
    for line in lines.iter().take(LOOKED_AT) {
        if !is_near(line, first, &columns) || !take(line, &mut columns) {
            break;
        }
        taken += 1;
    }
    columns.sort_by(|a, b| a.place.0.total_cmp(&b.place.0));
    let is_text = (2..=MOST_COLUMNS).contains(&columns.len()) && columns.iter().all(is_running);
    is_text.then(|| (taken, columns.into_iter().map(|column| column.lines).collect()))
}

fn is_near(line: &Line, first: &Line, columns: &[Column]) -> bool {
    let last = columns.iter().filter_map(|column| column.lines.last()).map(|line| line.y);
    let lowest = last.fold(first.y, f64::max);
    line.page == first.page
        && (line.size - first.size).abs() < 0.1 * first.size
        && line.y - lowest <= GAP * first.size
        && lowest - line.y < first.size
}

/// Puts every cell of a line into the one column that it stands in, or begins one.
fn take(line: &Line, columns: &mut Vec<Column>) -> bool {
    let mut homes = Vec::new();
    for place in &line.places {
        let mut over = (0..columns.len()).filter(|&at| overlaps(columns[at].place, *place));
        let home = over.next();
        if over.next().is_some() || homes.contains(&home) && home.is_some() {
            return false;
        }
        homes.push(home);
    }
    for ((cell, place), home) in line.cells.iter().zip(&line.places).zip(homes) {
        let (left, right) = *place;
        let (cells, places, gaps) = (vec![cell.clone()], vec![*place], Vec::new());
        let part = Line { left, right, cells, places, gaps, ..line.clone() };
        match home.map(|at| &mut columns[at]) {
            Some(column) => {
                column.place = (column.place.0.min(left), column.place.1.max(right));
                column.lines.push(part);
            }
            None => columns.push(Column { place: *place, lines: vec![part] }),
        }
    }
    true
}

/// Whether a column is text that goes on from line to line: lines that fill it and begin small.
fn is_running(column: &Column) -> bool {
    let lines = &column.lines;
    if lines.len() < LEAST_LINES {
        return false;
    }
    let begins_small = |line: &&Line| line.cells[0].chars().next().is_some_and(char::is_lowercase);
    let small = lines[1..].iter().filter(begins_small).count();
    let length: usize = lines.iter().map(Line::length).sum();
    let width: f64 = lines[..lines.len() - 1].iter().map(|line| line.right - line.left).sum();
    let full = (column.place.1 - column.place.0) * (lines.len() - 1) as f64;
    small * 2 >= lines.len() - 1 && length >= LEAST_LENGTH * lines.len() && width >= FILLED * full
}
