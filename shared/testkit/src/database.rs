//! A PostgreSQL database per test, cloned from a template that is made once per set of migrations.

use std::str::FromStr;
use std::time::Duration;

use platform::migrations::{self, MIGRATOR};
use platform::{Env, postgres};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use uuid::Uuid;

/// Names the lock under which the template is made.
const TEMPLATE_LOCK: i64 = 0x7465_6d70;

/// A database of one test: dropped when it succeeds, kept and named when it fails.
pub struct Database {
    name: String,
    server: PgConnectOptions,
    pool: PgPool,
}

impl Database {
    /// A fresh clone of the template. `DATABASE_URL` names the server, as a superuser.
    pub async fn create() -> Self {
        Self::create_on(server()).await
    }

    /// The same on a server of the caller's own, as its superuser.
    pub async fn create_on(server: PgConnectOptions) -> Self {
        let mut connection = PgConnection::connect_with(&server).await.unwrap();
        let template = template(&mut connection, &server).await;
        Self::clone_of(&template, connection, server).await
    }

    /// A database with nothing in it, for tests of the migrations themselves.
    pub async fn empty() -> Self {
        let server = server();
        let connection = PgConnection::connect_with(&server).await.unwrap();
        Self::clone_of("template0", connection, server).await
    }

    async fn clone_of(
        template: &str,
        mut connection: PgConnection,
        server: PgConnectOptions,
    ) -> Self {
        crate::log::tell_failures();
        let name = format!("test_{}", platform::Ids::system().next::<Uuid>().simple());
        create_from(&mut connection, &name, template).await;
        connection.close().await.unwrap();
        let options = server.clone().database(&name).options([("role", "sight_app")]);
        let pool = postgres::pool_options().max_connections(5).connect_lazy_with(options);
        Self { name, server, pool }
    }

    /// A pool of five connections with the rights of the application.
    pub fn pool(&self) -> PgPool {
        self.pool.clone()
    }

    /// Drops it and waits until it is gone, which a measurement wants to have behind it; a test leaves it to
    /// the background.
    pub async fn end(&mut self) {
        self.pool.close().await;
        let mut connection = PgConnection::connect_with(&self.server).await.unwrap();
        let name = std::mem::take(&mut self.name);
        execute(&mut connection, format!("drop database {name} with (force)")).await;
    }

    /// Waits until so many statements wait for a lock that another transaction holds.
    ///
    /// # Panics
    /// When the server does not answer, or so many do not wait within five minutes: a busy machine takes its time.
    pub async fn until_waiting(&self, statements: i64) {
        let mut connection = PgConnection::connect_with(&self.options(None)).await.unwrap();
        let query = "select count(*) from pg_stat_activity \
             where datname = current_database() and wait_event_type = 'Lock'";
        let wait = async {
            loop {
                let waiting = sqlx::query_scalar(query).fetch_one(&mut connection);
                let waiting: i64 = waiting.await.unwrap();
                if waiting >= statements {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(300), wait).await;
        waited.expect("nobody waits for the lock: it was never asked for");
    }

    /// Where it is, with all rights, or with those of a role.
    pub fn options(&self, role: Option<&str>) -> PgConnectOptions {
        let options = self.server.clone().database(&self.name);
        match role {
            Some(role) => options.options([("role", role)]),
            None => options,
        }
    }

    /// Connections with all rights: roles may not do everything, nor see what others ask.
    pub fn owner(&self) -> PgPool {
        PgPoolOptions::new().connect_lazy_with(self.options(None))
    }

    /// Has people who are deleted from here on count as never written: nobody is purged, and runs keep their cards.
    pub async fn forget_nobody(&self) {
        let statement = "alter table personas disable trigger forget_people";
        sqlx::query(statement).execute(&self.owner()).await.unwrap();
    }

    /// Where it is, as a URL with the rights of a role.
    pub fn url(&self, role: &str) -> String {
        let mut url = self.server.clone().database(&self.name).to_url_lossy();
        url.query_pairs_mut().append_pair("options", &format!("-c role={role}"));
        url.to_string()
    }
}

fn server() -> PgConnectOptions {
    let env = Env::from_process();
    let url = env.raw("DATABASE_URL").expect("DATABASE_URL names a PostgreSQL for tests");
    PgConnectOptions::from_str(url).unwrap().disable_statement_logging()
}

async fn template(connection: &mut PgConnection, server: &PgConnectOptions) -> String {
    let sums = MIGRATOR.iter().flat_map(|migration| migration.checksum.iter().copied());
    let digest = platform::secret::sha256(&sums.collect::<Vec<u8>>());
    let name = format!("template_{}", Uuid::from_slice(&digest[..16]).unwrap().simple());
    sqlx::query("select pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *connection)
        .await
        .unwrap();
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(&name)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
    if !exists {
        let half = format!("{name}_half");
        execute(connection, format!("drop database if exists {half}")).await;
        execute(connection, format!("create database {half}")).await;
        migrations::apply(&server.clone().database(&half)).await.unwrap();
        execute(connection, format!("alter database {half} rename to {name}")).await;
    }
    sqlx::query("select pg_advisory_unlock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *connection)
        .await
        .unwrap();
    name
}

/// Two clones of one template at once can collide; the server says so, and the next try works.
async fn create_from(connection: &mut PgConnection, name: &str, template: &str) {
    let statement = format!("create database {name} template {template}");
    for _ in 0..100 {
        let made = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.clone())).execute(&mut *connection);
        match made.await {
            Ok(_) => return,
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55006") => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => panic!("cannot create {name}: {error}"),
        }
    }
    panic!("cannot create {name}: the template is always in use");
}

async fn execute(connection: &mut PgConnection, statement: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(connection).await.unwrap();
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.name.is_empty() {
            return;
        }
        if std::thread::panicking() {
            eprintln!("the database of this failed test is kept: {}", self.name);
            return;
        }
        let (name, server) = (self.name.clone(), self.server.clone());
        // Not waited for: PostgreSQL answers once every other connection has taken note, and one whose
        // client is just signing in on this test's thread never would.
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                // A server of the test's own that has stopped has nothing left to drop.
                let Ok(mut connection) = PgConnection::connect_with(&server).await else { return };
                execute(&mut connection, format!("drop database {name} with (force)")).await;
            });
        });
    }
}
