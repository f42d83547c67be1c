//! A bucket of Cloud Storage. Files go up and down by Google's own client ([`objects`]); they are listed,
//! looked for and removed by the JSON API, because that client does this by gRPC alone, which no
//! emulator speaks (`docs/adr/0033-files-go-by-googles-client.md`).

mod objects;

use std::time::Duration;

use anyhow::{Context, anyhow};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::key::{Key, Prefix};
use super::{Blob, Folders, Incoming};
use crate::google::Token;
use objects::Objects;

pub(super) const GOOGLE: &str = "https://storage.googleapis.com";

/// One answer about files, without their bytes; a page of 1,000 names takes the longest.
const LIMIT: Duration = Duration::from_secs(60);

pub(super) struct Bucket {
    objects: Objects,
    client: reqwest::Client,
    endpoint: String,
    name: String,
    token: Option<Token>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    prefixes: Vec<String>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    name: String,
}

impl Bucket {
    pub(super) fn new(endpoint: &str, name: &str, token: Option<Token>) -> Self {
        let objects = Objects::new(endpoint, name, token.is_some());
        let (endpoint, name) = (endpoint.to_owned(), name.to_owned());
        Self { objects, client: crate::http_client(LIMIT), endpoint, name, token }
    }

    pub(super) async fn put(
        &self,
        key: &Key,
        content_type: &str,
        limit_bytes: u64,
        stream: Incoming,
    ) -> anyhow::Result<()> {
        self.objects.put(key, content_type, limit_bytes, stream).await.context("cannot keep a file")
    }

    pub(super) async fn get(&self, key: &Key) -> anyhow::Result<Option<Blob>> {
        self.objects.get(key).await.context("cannot read a file")
    }

    pub(super) async fn exists(&self, key: &Key) -> anyhow::Result<bool> {
        let request = self.object(Method::GET, key.as_str())?.query(&[("fields", "name")]);
        Ok(self.found(request).await.context("cannot look for a file")?.is_some())
    }

    pub(super) async fn delete(&self, key: &Key) -> anyhow::Result<bool> {
        self.delete_object(key.as_str()).await
    }

    pub(super) async fn folders(
        &self,
        prefix: &Prefix,
        page: Option<&str>,
    ) -> anyhow::Result<Folders> {
        let page = self.list(prefix, "/", page).await.context("cannot list folders")?;
        let names = page.prefixes.iter().filter_map(|folder| {
            let name = folder.strip_prefix(prefix.as_str())?.strip_suffix('/')?;
            Some(name.to_owned())
        });
        Ok(Folders { names: names.collect(), next: page.next_page_token })
    }

    pub(super) async fn delete_prefix(&self, prefix: &Prefix) -> anyhow::Result<()> {
        let mut token: Option<String> = None;
        loop {
            let page = self.list(prefix, "", token.as_deref()).await;
            let page = page.context("cannot list files")?;
            for item in &page.items {
                self.delete_object(&item.name).await?;
            }
            token = page.next_page_token;
            if token.is_none() {
                return Ok(());
            }
        }
    }

    /// Up to 1,000 files and folders. A delimiter tells what lies deeper by its folder alone.
    async fn list(
        &self,
        prefix: &Prefix,
        delimiter: &str,
        token: Option<&str>,
    ) -> anyhow::Result<Page> {
        let url = format!("{}/storage/v1/b/{}/o", self.endpoint, self.name);
        let request = self.client.get(url).query(&[
            ("prefix", prefix.as_str()),
            ("delimiter", delimiter),
            ("fields", "items/name,prefixes,nextPageToken"),
            ("pageToken", token.unwrap_or_default()),
        ]);
        Ok(self.send(request).await?.error_for_status()?.json().await?)
    }

    async fn delete_object(&self, name: &str) -> anyhow::Result<bool> {
        let request = self.object(Method::DELETE, name)?;
        Ok(self.found(request).await.context("cannot remove a file")?.is_some())
    }

    /// A request about one object, whose whole name is one segment of the URL.
    fn object(&self, method: Method, name: &str) -> anyhow::Result<RequestBuilder> {
        let mut url = Url::parse(&format!("{}/storage/v1/b/{}/o", self.endpoint, self.name))?;
        url.path_segments_mut().map_err(|()| anyhow!("no address of a bucket"))?.push(name);
        Ok(self.client.request(method, url))
    }

    async fn found(&self, request: RequestBuilder) -> anyhow::Result<Option<Response>> {
        let answer = self.send(request).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        Ok(Some(answer.error_for_status()?))
    }

    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token().await?.expose_secret()),
            None => request,
        };
        Ok(request.send().await?)
    }
}
