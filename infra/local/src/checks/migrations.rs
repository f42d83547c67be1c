//! What a new migration may do: the release before goes on while it is applied, and after.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

/// The first line of a file that is applied outside of a transaction.
pub(crate) const OUTSIDE: &str = "-- no-transaction";
/// Those before it were applied before anybody was served.
const FIRST: u32 = 51;
/// The comment by which a statement may all the same: `-- accepted: REASON`.
const ACCEPTED: &str = "-- accepted: ";

/// One statement of a file.
struct Statement {
    /// Lower case, without comments, one blank between two words.
    sql: String,
    is_accepted: bool,
}

/// Refuses new migrations that lock a table for long, or take away what the release before reads.
pub(crate) fn stop_nobody(checkout: &Path) -> Result<()> {
    let mut found = Vec::new();
    for file in fs::read_dir(checkout.join("migrations"))? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.split('_').next().and_then(|number| number.parse().ok());
        if number.is_some_and(|number: u32| number >= FIRST) {
            let problems = problems(&fs::read_to_string(&path)?);
            found.extend(problems.into_iter().map(|problem| format!("{name}: {problem}")));
        }
    }
    found.sort();
    ensure!(found.is_empty(), "{}", found.join("; "));
    Ok(())
}

fn problems(text: &str) -> Vec<String> {
    let statements = statements(text);
    let made: Vec<&str> =
        statements.iter().filter_map(|one| after(&one.sql, "create table ")).collect();
    let is_outside = text.starts_with(OUTSIDE);
    let stops_all = statements.iter().any(|one| stops_readers(&one.sql, &made));
    let mut found = Vec::new();
    if is_outside && statements.len() != 1 {
        found.push(format!("a file that begins with `{OUTSIDE}` has one statement"));
    }
    for statement in statements.iter().filter(|statement| !statement.is_accepted) {
        let rule = index_rule(&statement.sql, &made, is_outside)
            .or_else(|| taken_away(&statement.sql, &made))
            .or_else(|| long_work(&statement.sql, &made, stops_all));
        found.extend(rule.map(|rule| {
            let begin: String = statement.sql.chars().take(60).collect();
            format!("{rule}, or say why not in a comment `{ACCEPTED}REASON`: {begin}")
        }));
    }
    found
}

/// An index on a table that may have rows is built beside those who write.
fn index_rule(sql: &str, made: &[&str], is_outside: bool) -> Option<&'static str> {
    let rest = sql.strip_prefix("create index ").or(sql.strip_prefix("create unique index "))?;
    let table = after(rest, " on only ").or(after(rest, " on "))?;
    if made.contains(&table) {
        return None;
    }
    let is_repeatable = is_outside && rest.starts_with("concurrently if not exists ");
    (!is_repeatable).then_some(
        "an index on a table of before is `create index concurrently if not exists`, alone in a file that begins \
         with `-- no-transaction`",
    )
}

/// What a later release takes away, when nothing that is served needs it any more.
fn taken_away(sql: &str, made: &[&str]) -> Option<&'static str> {
    if after(sql, "alter table ").is_some_and(|table| made.contains(&table)) {
        return None;
    }
    let changes_type = sql.starts_with("alter table ")
        && (sql.contains(" set data type ")
            || sql.split(',').any(|part| part.contains("alter ") && part.contains(" type ")));
    let demands = sql.starts_with("alter table ")
        && sql.split(',').any(|part| {
            let is_new = part.contains("add ") && !part.contains(" default ");
            part.contains(" set not null") || is_new && part.contains(" not null")
        });
    let removes = ["drop table ", " drop column ", " rename to ", " rename column "];
    if removes.iter().any(|words| sql.contains(words)) {
        Some("the release before reads what this drops or renames: contract a release later")
    } else if changes_type {
        Some("the release before reads the type that this changes: add a column instead")
    } else if demands {
        Some("the release before writes rows without what this demands: give it a default")
    } else {
        None
    }
}

/// Whether nobody reads a table of before until the file is through.
fn stops_readers(sql: &str, made: &[&str]) -> bool {
    let changed = after(sql, "alter table ").filter(|_| !sql.contains(" validate constraint "));
    let locked = changed.or(after(sql, "drop table ")).or(after(sql, "truncate "));
    locked.is_some_and(|table| !made.contains(&table))
}

/// What takes as long as the tables of before are large, while nobody reads one of them.
fn long_work(sql: &str, made: &[&str], stops_all: bool) -> Option<&'static str> {
    let own = after(sql, "update ").or(after(sql, "delete from "));
    let is_own = own.is_some_and(|table| made.contains(&table));
    let fills = ["update ", "delete from ", "with "].iter().any(|word| sql.starts_with(word));
    let is_long = sql.starts_with("do ") || fills && own.is_some() && !is_own;
    (stops_all && is_long).then_some(
        "nobody reads the table that this file alters until rows are filled: leave that to maintenance, in batches",
    )
}

/// The table that is named after these words.
fn after<'a>(sql: &'a str, words: &str) -> Option<&'a str> {
    let (_, rest) = sql.split_once(words)?;
    let rest =
        rest.strip_prefix("if not exists ").or(rest.strip_prefix("if exists ")).unwrap_or(rest);
    rest.split([' ', '(', ';']).find(|word| !word.is_empty())
}

/// The statements of a file. A semicolon in a text or in the body of a function ends none.
fn statements(text: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut open = String::new();
    for piece in text.split_inclusive(';') {
        open.push_str(piece);
        let sql = code(&open);
        let is_whole = |mark: &str| sql.matches(mark).count().is_multiple_of(2);
        if sql.ends_with(';') && is_whole("'") && is_whole("$$") {
            statements.push(Statement { is_accepted: open.contains(ACCEPTED), sql });
            open.clear();
        }
    }
    statements
}

fn code(text: &str) -> String {
    let lines = text.lines().filter_map(|line| line.split("--").next());
    let words: Vec<String> = lines.flat_map(str::split_whitespace).map(str::to_lowercase).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_on_a_table_of_before_is_built_beside_those_who_write() {
        let outside =
            "-- no-transaction\ncreate index concurrently if not exists runs_x on runs (x);\n";
        let own = "create table notes (id int); -- a; b\ncreate index notes_id on notes(id);";
        for fine in [outside, own] {
            assert_eq!(problems(fine), Vec::<String>::new());
        }
        for wrong in [
            "create index runs_x on runs (x);",
            "create unique index runs_x on only runs (x);",
            "create index concurrently if not exists runs_x on runs (x);",
            "-- no-transaction\ncreate index concurrently runs_x on runs (x);",
        ] {
            let found = problems(wrong);
            assert!(
                found.len() == 1 && found[0].starts_with("an index on a table of before"),
                "{wrong}"
            );
        }
        assert!(problems(&format!("{outside}select 1;"))[0].starts_with("a file that begins with"));
    }

    #[test]
    fn what_the_release_before_reads_or_does_not_write_is_left_alone() {
        let wrong = [
            "drop table notes;",
            "alter table runs drop column note;",
            "alter table runs rename to works;",
            "alter table runs rename column note to word;",
            "alter table runs alter column note set not null;",
            "alter table runs add column a int not null;",
            "alter table runs add column a int, alter column total type bigint;",
            "do $$ begin alter table runs drop column note; end $$;",
        ];
        for sql in wrong {
            assert_eq!(problems(sql).len(), 1, "{sql}");
            let accepted = format!("-- accepted: nobody reads it any more\n{sql}");
            assert_eq!(problems(&accepted), Vec::<String>::new(), "{sql}");
        }
        for fine in [
            "alter table runs add column trace text;",
            "alter table runs add column a numeric(10, 2) not null default 0;",
            "create table a (id int not null); alter table a alter column id set not null;",
            "comment on table runs is 'it''s; a text';",
            "alter table runs drop constraint runs_check;",
        ] {
            assert_eq!(problems(fine), Vec::<String>::new(), "{fine}");
        }
    }

    #[test]
    fn rows_are_not_filled_while_nobody_reads_the_table() {
        let alter = "alter table runs add column a int;";
        let wrong = [
            "do $$ begin perform forget(id) from runs; end $$;",
            "do language plpgsql $$ begin null; end $$;",
            "update runs set a = 1;",
            "delete from surveys where a = 1;",
            "with old as (select id from runs) update surveys set a = 1 from old;",
        ];
        for sql in wrong {
            for file in [format!("{alter} {sql}"), format!("{sql} {alter}")] {
                let found = problems(&file);
                assert!(
                    found.len() == 1 && found[0].starts_with("nobody reads"),
                    "{file}: {found:?}"
                );
            }
            let accepted = format!("{alter}\n-- accepted: it has ten rows\n{sql}");
            assert_eq!(problems(&accepted), Vec::<String>::new(), "{sql}");
            assert_eq!(problems(sql), Vec::<String>::new(), "alone it stops no reader: {sql}");
        }
        for fine in [
            "create table notes (id int); insert into notes select id from runs;",
            "create table notes (id int); update notes set id = 1;",
            "create function f() returns void language sql as $$ update runs set a = 1 $$;",
            "with old as (select id from runs) insert into notes select id from old;",
        ] {
            assert_eq!(problems(&format!("{alter} {fine}")), Vec::<String>::new(), "{fine}");
        }
        let own =
            "create table notes (id int); alter table notes add a int; update runs set a = 1;";
        assert_eq!(problems(own), Vec::<String>::new());
        let slow = "alter table runs validate constraint runs_a; update runs set a = 1;";
        assert_eq!(problems(slow), Vec::<String>::new());
    }

    #[test]
    fn only_new_migrations_are_looked_at() {
        let folder = std::env::temp_dir().join(format!("sight-new-{}", std::process::id()));
        fs::create_dir_all(folder.join("migrations")).unwrap();
        fs::write(folder.join("migrations/0050_old.sql"), "drop table notes;").unwrap();
        assert!(stop_nobody(&folder).is_ok());
        fs::write(folder.join("migrations/0051_new.sql"), "drop table notes;").unwrap();
        let refusal = stop_nobody(&folder).unwrap_err().to_string();
        assert!(refusal.starts_with("0051_new.sql: the release before reads"), "{refusal}");
        fs::remove_dir_all(folder).unwrap();
    }
}
