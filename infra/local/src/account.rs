//! Users of the machine: who runs this program, and who runs PostgreSQL when that is root.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result};

/// A line of `/etc/passwd`, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

/// True when this program runs as root.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The effective user id of this program.
pub(crate) fn current_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The account that PostgreSQL runs under: none when this program is not root.
///
/// `initdb` and `postgres` refuse root, so root drops to `postgres`, or to `nobody`.
pub(crate) fn for_postgres() -> Result<Option<Account>> {
    if !is_root() {
        return Ok(None);
    }
    let passwd = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| parse(&passwd, name))
        .map(Some)
        .context("PostgreSQL refuses root, and the machine has neither user postgres nor nobody")
}

/// True when the account can pass through every folder from the root to `folder`.
pub(crate) fn can_reach(account: &Account, folder: &Path) -> bool {
    folder.ancestors().all(|step| {
        step.metadata().is_ok_and(|meta| can_traverse(account, meta.mode(), meta.uid(), meta.gid()))
    })
}

fn can_traverse(account: &Account, mode: u32, owner: u32, group: u32) -> bool {
    let bit = match () {
        () if account.uid == owner => 0o100,
        () if account.gid == group => 0o010,
        () => 0o001,
    };
    mode & bit != 0
}

fn parse(passwd: &str, name: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account { name: name.to_owned(), uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account { name: "postgres".to_owned(), uid: 107, gid: 114 }
    }

    #[test]
    fn an_account_is_read_from_its_line_only() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\n\
                      postgresx:x:1:1::/:/bin/sh\n\
                      postgres:x:107:114:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(parse(passwd, "postgres"), Some(account()));
        assert_eq!(parse(passwd, "nobody"), None);
    }

    #[test]
    fn a_folder_is_passable_by_the_bit_that_applies_to_the_account() {
        let table = [
            (0o755, 0, 0, true),
            (0o700, 0, 0, false),
            (0o700, 107, 0, true),
            (0o710, 0, 114, true),
            (0o701, 0, 114, false),
            (0o711, 0, 0, true),
        ];
        for (mode, owner, group, expected) in table {
            assert_eq!(can_traverse(&account(), mode, owner, group), expected, "{mode:o}");
        }
    }
}
