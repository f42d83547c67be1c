//! What the program takes from its process environment, read once at the door.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variables this program heeds; a value, so that tests make their own.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    pub home: Option<PathBuf>,
    /// `XDG_CACHE_HOME`.
    pub cache_home: Option<PathBuf>,
    pub java_home: Option<PathBuf>,
    /// `PATH`, in order.
    pub path: Vec<PathBuf>,
    /// `CARGO`: the cargo that started this program.
    pub cargo: Option<PathBuf>,
    /// `SIGHT_REQUIRE`: what may not be left out, separated by commas.
    pub required: String,
    /// `CI`: set where a pipeline runs, which may leave out less.
    pub is_ci: bool,
}

impl Environment {
    /// Reads the variables of this process.
    pub fn from_process() -> Self {
        let path_of =
            |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let path: OsString = env::var_os("PATH").unwrap_or_default();
        Self {
            home: path_of("HOME"),
            cache_home: path_of("XDG_CACHE_HOME"),
            java_home: path_of("JAVA_HOME"),
            path: env::split_paths(&path).collect(),
            cargo: path_of("CARGO"),
            required: env::var_os("SIGHT_REQUIRE")
                .map(|list| list.to_string_lossy().into_owned())
                .unwrap_or_default(),
            is_ci: env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false"),
        }
    }

    /// Whether a check of this name may not be left out.
    pub fn requires(&self, check: &str) -> bool {
        self.required.split(',').any(|name| name.trim() == check)
    }

    /// Finds an executable file of this name along `PATH`.
    pub fn which(&self, program: &str) -> Option<PathBuf> {
        self.path.iter().map(|folder| folder.join(program)).find(|file| is_executable(file))
    }

    /// The folder that checkouts share for what is downloaded once per user.
    ///
    /// `$XDG_CACHE_HOME/sight`, else `~/.cache/sight`; none without a home.
    pub fn cache(&self) -> Option<PathBuf> {
        let home_cache = || self.home.as_ref().map(|home| home.join(".cache"));
        self.cache_home.clone().or_else(home_cache).map(|cache| cache.join("sight"))
    }

    /// The cargo to call: the one that started this program, else the one on `PATH`.
    pub fn cargo(&self) -> PathBuf {
        self.cargo.clone().unwrap_or_else(|| PathBuf::from("cargo"))
    }
}

pub(crate) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_follows_xdg_before_home() {
        let home = Some(PathBuf::from("/home/ada"));
        let table = [
            (None, home.clone(), Some("/home/ada/.cache/sight")),
            (Some(PathBuf::from("/var/cache/ada")), home, Some("/var/cache/ada/sight")),
            (None, None, None),
        ];
        for (cache_home, home, expected) in table {
            let environment = Environment { home, cache_home, ..Environment::default() };
            assert_eq!(environment.cache(), expected.map(PathBuf::from));
        }
    }

    #[test]
    fn a_program_is_found_along_the_path_only_when_it_can_be_executed() {
        use std::os::unix::fs::PermissionsExt;
        let root = env::temp_dir().join(format!("sight-path-{}", std::process::id()));
        for (folder, mode) in [("first", 0o644), ("second", 0o755)] {
            let file = root.join(folder).join("tool");
            std::fs::create_dir_all(root.join(folder)).unwrap();
            std::fs::write(&file, "").unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let path = vec![root.join("first"), root.join("second")];
        let environment = Environment { path, ..Environment::default() };
        assert_eq!(environment.which("tool"), Some(root.join("second/tool")));
        assert_eq!(environment.which("another"), None);
        std::fs::remove_dir_all(root).unwrap();
    }
}
