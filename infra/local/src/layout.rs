//! Where things lie: the checkout, the state folder of each flavour, and what is in it.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::account::{self, Account};
use crate::port;

/// Which set of services is meant; the two never touch each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Durable services for `up`, `demo` and development.
    Up,
    /// The same with real embeddings: their vectors and the offline ones cannot be compared, so each has
    /// data of its own.
    UpWithE5,
    /// Throw-away services for tests: nothing is synced to disk.
    Test,
}

impl Flavour {
    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::UpWithE5 => "up-e5",
            Self::Test => "test",
        }
    }

    /// Whether what it keeps must outlive the machine's next start.
    pub fn is_durable(self) -> bool {
        self != Self::Test
    }

    fn port_offset(self) -> u16 {
        match self {
            Self::Up | Self::UpWithE5 => 0,
            Self::Test => 5,
        }
    }
}

/// The places and the account of one flavour of services in one checkout.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The root of the checkout, without symbolic links.
    pub checkout: PathBuf,
    pub flavour: Flavour,
    /// Their state folder; [`Layout::create`] makes it.
    pub state: PathBuf,
    /// Who PostgreSQL runs as, when not as the caller.
    pub postgres_account: Option<Account>,
}

impl Layout {
    /// Finds the checkout from the current folder upwards and lays out its services.
    ///
    /// # Errors
    /// When the current folder is in no checkout, or root finds no account for PostgreSQL.
    pub fn discover(flavour: Flavour) -> Result<Self> {
        let here = std::env::current_dir().context("cannot tell the current folder")?;
        let checkout = here
            .ancestors()
            .find(|folder| folder.join("infra/local/Cargo.toml").is_file())
            .context("this is no checkout of Sight: no folder above has infra/local")?;
        Self::of(checkout, flavour)
    }

    /// Lays out the services of this checkout.
    ///
    /// # Errors
    /// When the folder cannot be read, or root finds no account for PostgreSQL.
    pub fn of(checkout: &Path, flavour: Flavour) -> Result<Self> {
        let checkout = checkout.canonicalize().context("cannot resolve the checkout's path")?;
        let postgres_account = account::for_postgres()?;
        let reachable =
            postgres_account.as_ref().is_none_or(|who| account::can_reach(who, &checkout));
        let root = if reachable && is_writable(&checkout) {
            checkout.join(".local")
        } else {
            outside(&checkout, account::current_uid())
        };
        Ok(Self { state: root.join(flavour.name()), checkout, flavour, postgres_account })
    }

    /// Makes the state folder and those in it that belong to the caller.
    ///
    /// # Errors
    /// When a folder cannot be made, or somebody else made it first.
    pub fn create(&self) -> Result<()> {
        let root = self.state.parent().expect("the state folder has a parent");
        for folder in [root, &self.state] {
            // PostgreSQL's account passes through these, and nobody lists them
            make_private(folder, 0o711)?;
        }
        for folder in [self.logs(), self.redis(), self.neo4j()] {
            make_private(&folder, 0o700)?;
        }
        Ok(())
    }

    /// PostgreSQL's folder; it belongs to [`Layout::postgres_account`].
    pub fn postgres(&self) -> PathBuf {
        self.state.join("postgres")
    }

    /// Redis's folder.
    pub fn redis(&self) -> PathBuf {
        self.state.join("redis")
    }

    /// Neo4j's home.
    pub fn neo4j(&self) -> PathBuf {
        self.state.join("neo4j")
    }

    /// Logs of the services; each start keeps the log before it as `.log.1`.
    pub fn logs(&self) -> PathBuf {
        self.state.join("logs")
    }

    /// Shell lines that name the running services; there only while they run.
    pub fn env_file(&self) -> PathBuf {
        self.state.join("env")
    }

    pub(crate) fn state_file(&self) -> PathBuf {
        self.state.join("state.json")
    }

    pub(crate) fn lock_file(&self) -> PathBuf {
        self.state.join("lock")
    }

    /// The port that a service of this checkout prefers; `place` is 0 to 4.
    pub(crate) fn preferred_port(&self, place: u16) -> u16 {
        port::base(hash(&self.checkout)) + self.flavour.port_offset() + place
    }
}

/// FNV-1a, 64 bits, of the path: stable across versions of Rust, unlike the standard hasher.
///
/// Source of the constants: <http://www.isthe.com/chongo/tech/comp/fnv/>.
fn hash(path: &Path) -> u64 {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// The state folder of a checkout that cannot hold it: read-only, or below a closed home.
fn outside(checkout: &Path, uid: u32) -> PathBuf {
    PathBuf::from(format!("/var/tmp/sight-{uid}-{:016x}", hash(checkout)))
}

fn is_writable(folder: &Path) -> bool {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).is_ok()
}

/// Makes a folder with this mode, and refuses one that is not ours: in `/var/tmp` anybody could have
/// made it first.
fn make_private(folder: &Path, mode: u32) -> Result<()> {
    match fs::DirBuilder::new().mode(mode).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("cannot make {}", folder.display()));
        }
        _ => {}
    }
    let meta = folder.symlink_metadata()?;
    ensure!(meta.is_dir(), "{} is in the way: not a folder", folder.display());
    if meta.uid() != account::current_uid() {
        bail!("{} belongs to another user (uid {}): remove it there", folder.display(), meta.uid());
    }
    // the umask may have closed what PostgreSQL's account must pass through
    fs::set_permissions(folder, fs::Permissions::from_mode(mode))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_checkouts_prefer_different_ports_and_two_flavours_too() {
        let layout = |checkout: &str, flavour| Layout {
            checkout: checkout.into(),
            flavour,
            state: "/nowhere".into(),
            postgres_account: None,
        };
        let first = layout("/home/ada/sight", Flavour::Up);
        assert_ne!(
            first.preferred_port(0),
            layout("/home/ada/sight2", Flavour::Up).preferred_port(0)
        );
        let test = layout("/home/ada/sight", Flavour::Test);
        assert_eq!(test.preferred_port(0), first.preferred_port(0) + 5);
    }

    #[test]
    fn the_hash_is_that_of_the_published_vectors() {
        for (text, expected) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(hash(Path::new(text)), expected);
        }
    }

    #[test]
    fn a_folder_that_is_a_link_is_refused() {
        let folder = std::env::temp_dir().join(format!("sight-layout-{}", std::process::id()));
        std::os::unix::fs::symlink("/tmp", &folder).unwrap();
        let refused = make_private(&folder, 0o711);
        fs::remove_file(&folder).unwrap();
        assert!(refused.unwrap_err().to_string().contains("not a folder"));
    }
}
