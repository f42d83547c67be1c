//! A bucket of Cloud Storage, by its JSON API: one protocol for everything, which an emulator speaks
//! as well. (Google's own client deletes and lists by gRPC and sends large files by another protocol
//! than small ones.)

use std::time::Duration;

use anyhow::{Context, anyhow};
use futures::{StreamExt, TryStreamExt};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Body, Method, RequestBuilder, Response, StatusCode, Url};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::key::{Key, Prefix};
use super::{Blob, Folders, Incoming};
use crate::Error;
use crate::google::Token;

/// Where Google serves the JSON API.
pub(super) const GOOGLE: &str = "https://storage.googleapis.com";

/// A whole transfer; a document of 50 MB over a slow line takes minutes.
const LIMIT: Duration = Duration::from_secs(300);

pub(super) struct Bucket {
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
    /// What lies below these is not among the items.
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
        let (endpoint, name) = (endpoint.to_owned(), name.to_owned());
        Self { client: crate::http_client(LIMIT), endpoint, name, token }
    }

    /// In one request: Cloud Storage makes the object when the body has ended, and not when it breaks
    /// off.
    pub(super) async fn put(
        &self,
        key: &Key,
        content_type: &str,
        stream: Incoming,
    ) -> anyhow::Result<()> {
        let url = format!("{}/upload/storage/v1/b/{}/o", self.endpoint, self.name);
        let request = self.client.post(url);
        let request = request.query(&[("uploadType", "media"), ("name", key.as_str())]);
        let request = request.header(CONTENT_TYPE, content_type).body(Body::wrap_stream(stream));
        let answer = self.send(request).await.context("cannot keep a file")?;
        answer.error_for_status().context("cannot keep a file")?;
        Ok(())
    }

    pub(super) async fn get(&self, key: &Key) -> anyhow::Result<Option<Blob>> {
        let request = self.object(Method::GET, key.as_str())?.query(&[("alt", "media")]);
        let Some(answer) = self.found(request).await.context("cannot read a file")? else {
            return Ok(None);
        };
        let size_bytes = answer.content_length();
        let stream = answer.bytes_stream().map_err(|error| Error::Storage(error.into()));
        Ok(Some(Blob { size_bytes, stream: stream.boxed() }))
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
