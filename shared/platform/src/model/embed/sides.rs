//! How a model is told questions from what answers them.
//!
//! E5 wants `query: ` and `passage: ` before the text (huggingface.co/intfloat/multilingual-e5-base),
//! Nomic `search_query: ` and `search_document: ` (huggingface.co/nomic-ai/nomic-embed-text-v1.5), BGE an
//! instruction before questions alone (huggingface.co/BAAI/bge-base-en-v1.5). Servers that put the words
//! there themselves want a field: NVIDIA's `input_type` is `query` or `passage`
//! (docs.nvidia.com/nim/nemo-retriever/text-embedding), Voyage's `query` or `document`, Jina's is called
//! `task`. Without either such a model finds far less.

use serde_json::Value;
use shared::knowledge::EmbeddingModel;

use super::Purpose;
use crate::Env;
use crate::model::ProviderKind;

/// The longest text before another, in bytes.
const LONGEST_PREFIX: usize = 1_000;

/// What goes with questions and with documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// Of questions, and of texts that are held against each other.
    pub query: Side,
    pub document: Side,
    /// The name of the field that has [`Side::kind`].
    pub field: String,
}

/// What goes with the texts of one side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// Before each text, with its space at the end if it has one.
    pub prefix: String,
    /// What a request says its texts are.
    pub kind: Option<String>,
}

impl Default for Sides {
    fn default() -> Self {
        let (query, document) = (Side::default(), Side::default());
        Self { query, document, field: "input_type".to_owned() }
    }
}

impl Sides {
    /// `EMBEDDING_QUERY_PREFIX`, `EMBEDDING_DOCUMENT_PREFIX`, and for `openai` `EMBEDDING_QUERY_TYPE`,
    /// `EMBEDDING_DOCUMENT_TYPE` and `EMBEDDING_TYPE_FIELD`.
    pub(super) fn from_env(env: &Env, provider: ProviderKind) -> Self {
        let text = |name: &str| env.raw(name).map(str::to_owned);
        let side = |prefix: &str, kind: &str| Side {
            prefix: text(prefix).unwrap_or_default(),
            kind: text(kind),
        };
        let query = side("EMBEDDING_QUERY_PREFIX", "EMBEDDING_QUERY_TYPE");
        let document = side("EMBEDDING_DOCUMENT_PREFIX", "EMBEDDING_DOCUMENT_TYPE");
        let field = text("EMBEDDING_TYPE_FIELD");
        for (name, side) in [("QUERY", &query), ("DOCUMENT", &document)] {
            if side.prefix.len() > LONGEST_PREFIX {
                env.problem(format!(
                    "EMBEDDING_{name}_PREFIX has more than {LONGEST_PREFIX} bytes"
                ));
            }
        }
        match (&query.kind, &document.kind) {
            (None, None) => {}
            (Some(_), Some(_)) if provider == ProviderKind::OpenAi => {}
            (Some(_), Some(_)) => {
                env.problem("EMBEDDING_QUERY_TYPE is for openai alone".to_owned())
            }
            _ => env.problem(
                "EMBEDDING_QUERY_TYPE and EMBEDDING_DOCUMENT_TYPE go together: set both or none"
                    .to_owned(),
            ),
        }
        let usual = Self::default().field;
        Self { query, document, field: field.unwrap_or(usual) }
    }

    pub(super) fn of(&self, purpose: Purpose) -> &Side {
        match purpose {
            Purpose::Document => &self.document,
            Purpose::Question | Purpose::Likeness => &self.query,
        }
    }

    pub(super) fn tell(&self, body: &mut Value, purpose: Purpose) {
        if let Some(kind) = &self.of(purpose).kind {
            body[self.field.as_str()] = kind.as_str().into();
        }
    }

    /// The name under which vectors are kept: other words before a text make other vectors, which cannot
    /// be compared.
    pub(super) fn identity(&self, model: &EmbeddingModel) -> EmbeddingModel {
        let sides = [("query", &self.query), ("document", &self.document)];
        let marks: Vec<String> =
            sides.into_iter().filter_map(|(name, side)| side.mark(name)).collect();
        if marks.is_empty() {
            return model.clone();
        }
        let field = match (&self.query.kind, self.field.as_str()) {
            (Some(_), field) if field != Self::default().field => format!("{field}: "),
            _ => String::new(),
        };
        let name = format!("{} [{field}{}]", model.name, marks.join(", "));
        EmbeddingModel { name, dimensions: model.dimensions }
    }
}

impl Side {
    fn mark(&self, name: &str) -> Option<String> {
        let prefix = (!self.prefix.is_empty()).then(|| format!("{:?}", self.prefix));
        let words: Vec<&str> = prefix.as_deref().into_iter().chain(self.kind.as_deref()).collect();
        (!words.is_empty()).then(|| format!("{name} {}", words.join(" as ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(variables: &[(&str, &str)]) -> String {
        let pairs = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let env = Env::from_map(pairs.collect());
        let sides = Sides::from_env(&env, ProviderKind::OpenAi);
        env.check(Some(())).unwrap();
        sides.identity(&EmbeddingModel { name: "e5".to_owned(), dimensions: 384 }).name
    }

    #[test]
    fn another_prefix_or_type_is_another_model() {
        let (prefix, other) = ("EMBEDDING_QUERY_PREFIX", "EMBEDDING_DOCUMENT_PREFIX");
        let types = [("EMBEDDING_QUERY_TYPE", "query"), ("EMBEDDING_DOCUMENT_TYPE", "passage")];

        assert_eq!(identity(&[]), "e5");
        let both = identity(&[(prefix, "query: "), (other, "passage: ")]);
        assert_eq!(both, r#"e5 [query "query: ", document "passage: "]"#);
        assert_ne!(identity(&[(prefix, "query:"), (other, "passage: ")]), both);
        assert_eq!(identity(&[(prefix, "Find: ")]), r#"e5 [query "Find: "]"#);
        assert_eq!(identity(&types), "e5 [query query, document passage]");
        let task = identity(&[types[0], types[1], ("EMBEDDING_TYPE_FIELD", "task")]);
        assert_eq!(task, "e5 [task: query query, document passage]");
    }

    #[test]
    fn half_of_a_pair_of_types_is_told() {
        let env = Env::from([("EMBEDDING_QUERY_TYPE", "query")]);
        Sides::from_env(&env, ProviderKind::OpenAi);
        assert!(env.check(Some(())).unwrap_err().to_string().contains("go together"));
    }
}
