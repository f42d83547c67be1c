//! A user's view of the API.

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// Somebody who is signed in.
pub(super) struct Api {
    client: Client,
    base: String,
    token: String,
}

impl Api {
    /// Signs in; the first time, registers.
    pub(super) async fn sign_in(url: &str, email: &str, password: &str) -> Result<Self> {
        let client = platform::http_client(std::time::Duration::from_secs(3_600));
        let base = format!("{url}/api/v1");
        let mut api = Self { client, base, token: String::new() };
        let login = json!({ "email": email, "password": password });
        let signed_in = match api.post("/auth/login", &login).await {
            Ok(signed_in) => signed_in,
            Err(_) => {
                let mut register = login;
                register["full_name"] = json!("Demo Researcher");
                api.post("/auth/register", &register).await?
            }
        };
        let token = signed_in["access_token"].as_str().context("no token")?;
        api.token = token.to_owned();
        Ok(api)
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value> {
        Ok(answered(self.request(Method::GET, path)).await?.json().await?)
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        Ok(answered(self.request(Method::POST, path).json(body)).await?.json().await?)
    }

    /// The file that a request is answered with.
    pub(super) async fn file(&self, path: &str, body: &Value) -> Result<Vec<u8>> {
        let request = self.request(Method::POST, path).json(body);
        Ok(answered(request).await?.bytes().await?.to_vec())
    }

    /// Posts a form with one file and these fields.
    pub(super) async fn upload(
        &self,
        path: &str,
        name: &str,
        file: &[u8],
        fields: &[(&str, &str)],
    ) -> Result<Value> {
        const EDGE: &str = "the-edge-of-a-part-of-the-form";
        let mut body = Vec::new();
        for (field, value) in fields {
            let head = format!("content-disposition: form-data; name=\"{field}\"");
            body.extend(format!("--{EDGE}\r\n{head}\r\n\r\n{value}\r\n").bytes());
        }
        let head = format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"");
        body.extend(format!("--{EDGE}\r\n{head}\r\n\r\n").bytes());
        body.extend_from_slice(file);
        body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let request = self.request(Method::POST, path).header("content-type", kind).body(body);
        Ok(answered(request).await?.json().await?)
    }

    /// The bytes of a file.
    pub(super) async fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        Ok(answered(self.request(Method::GET, path)).await?.bytes().await?.to_vec())
    }

    /// A page or a file.
    pub(super) async fn text(&self, path: &str) -> Result<String> {
        Ok(answered(self.request(Method::GET, path)).await?.text().await?)
    }

    /// A stream of server-sent events, to be read as it comes.
    pub(super) async fn stream(&self, path: &str) -> Result<Response> {
        answered(self.request(Method::GET, path)).await
    }

    /// Every page of a list.
    pub(super) async fn pages(&self, path: &str) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut next = String::new();
        loop {
            let page =
                answered(self.request(Method::GET, &format!("{path}?limit=1000{next}"))).await?;
            let cursor = page.headers().get("x-next-cursor").cloned();
            all.extend(page.json::<Vec<Value>>().await?);
            let Some(cursor) = cursor else { return Ok(all) };
            next = format!("&cursor={}", cursor.to_str()?);
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }
}

async fn answered(request: RequestBuilder) -> Result<Response> {
    let response = request.send().await?;
    if response.status().is_success() {
        return Ok(response);
    }
    bail!("{}: {}", response.status(), response.text().await.unwrap_or_default())
}
