//! The JSON schema of an answer, generated from its Rust type and cut down to what a provider takes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Schemas that were made before, by the name that schemars tells types apart by.
static MADE: Mutex<BTreeMap<Cow<'static, str>, Value>> = Mutex::new(BTreeMap::new());

/// The schema of `T` as an answer: no references, so a type must not contain itself. Made once: each
/// simulated call wants it too, for the tokens that it would be.
pub(super) fn of<T: JsonSchema>() -> Value {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(T::schema_id()).or_insert_with(make::<T>).clone()
}

fn make<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// A name that OpenAI accepts: letters, digits, `_` and `-`, at most 64.
pub(super) fn name<T: JsonSchema>() -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    T::schema_name().chars().map(fits).take(64).collect()
}

/// Gemini's `responseSchema`: a subset of OpenAPI 3.0 (ai.google.dev/api/caching#Schema) that fails
/// the request on any keyword that it does not know.
pub(super) fn gemini(schema: &Value) -> Value {
    const KEPT: [&str; 10] = [
        "type",
        "description",
        "enum",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
    ];
    const FORMATS: [&str; 4] = ["int32", "int64", "double", "date-time"];
    let node = Node::read(schema);
    let mut out = node.keep(&KEPT);
    if let Some(format) = schema["format"].as_str().filter(|format| FORMATS.contains(format)) {
        out.insert("format".to_owned(), format.into());
    }
    if node.nullable {
        out.insert("nullable".to_owned(), true.into());
    }
    node.descend(&mut out, gemini);
    if let Some(properties) = node.properties() {
        out.insert("required".to_owned(), node.required().into());
        out.insert("propertyOrdering".to_owned(), node.ordered(properties).into());
    }
    Value::Object(out)
}

/// OpenAI's strict mode: every object is closed and every property required, so what is optional
/// must be an `Option` (null). Keywords that strict mode or its imitators refuse are left out: the
/// answer is checked again here anyway.
pub(super) fn openai(schema: &Value) -> Value {
    const KEPT: [&str; 3] = ["type", "description", "enum"];
    let node = Node::read(schema);
    let mut out = node.keep(&KEPT);
    node.descend(&mut out, openai);
    if let Some(properties) = node.properties() {
        out.insert("required".to_owned(), node.ordered(properties).into());
        out.insert("additionalProperties".to_owned(), false.into());
    }
    if node.nullable {
        return allow_null(out);
    }
    Value::Object(out)
}

fn allow_null(mut out: Map<String, Value>) -> Value {
    match out.get("type").and_then(Value::as_str).map(str::to_owned) {
        Some(kind) if !out.contains_key("enum") => {
            out.insert("type".to_owned(), json!([kind, "null"]));
            Value::Object(out)
        }
        _ => json!({"anyOf": [out, {"type": "null"}]}),
    }
}

/// One schema with JSON Schema's several spellings of the same thing brought to one.
struct Node {
    fields: Map<String, Value>,
    nullable: bool,
}

impl Node {
    fn read(schema: &Value) -> Self {
        let mut node =
            Self { fields: schema.as_object().cloned().unwrap_or_default(), nullable: false };
        node.split_null_type();
        node.name_choices();
        node.fold_constants();
        node.merge_single_choice();
        if !node.fields.contains_key("type") && !node.fields.contains_key("anyOf") {
            let kind = if node.fields.contains_key("enum") { "string" } else { "object" };
            node.fields.insert("type".to_owned(), kind.into());
        }
        node
    }

    /// `"type": ["string", "null"]` is a nullable string.
    fn split_null_type(&mut self) {
        if let Some(kinds) = self.fields.get("type").and_then(Value::as_array) {
            let kind = kinds.iter().find(|kind| *kind != "null").cloned().unwrap_or_default();
            self.nullable |= kinds.iter().any(|kind| kind == "null");
            self.fields.insert("type".to_owned(), kind);
        }
        if let Some(Value::Array(values)) = self.fields.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
    }

    /// `oneOf` and `allOf` are read as `anyOf`, and its null branch as nullable.
    fn name_choices(&mut self) {
        for spelling in ["oneOf", "allOf"] {
            if let Some(choices) = self.fields.remove(spelling) {
                self.fields.insert("anyOf".to_owned(), choices);
            }
        }
        if let Some(Value::Array(choices)) = self.fields.get_mut("anyOf") {
            let before = choices.len();
            choices.retain(|choice| choice["type"] != "null");
            self.nullable |= choices.len() < before;
        }
    }

    /// Documented unit variants come as one constant or enumeration each.
    fn fold_constants(&mut self) {
        if let Some(value) = self.fields.remove("const") {
            self.fields.insert("enum".to_owned(), json!([value]));
        }
        let Some(Value::Array(choices)) = self.fields.get("anyOf") else { return };
        let values: Option<Vec<Value>> = choices
            .iter()
            .map(constants)
            .collect::<Option<_>>()
            .map(|lists: Vec<Vec<Value>>| lists.into_iter().flatten().collect());
        if let Some(values) = values.filter(|values| !values.is_empty()) {
            self.fields.remove("anyOf");
            self.fields.insert("type".to_owned(), "string".into());
            self.fields.insert("enum".to_owned(), values.into());
        }
    }

    /// A choice of one is that one; what was said beside it stays.
    fn merge_single_choice(&mut self) {
        let Some(Value::Array(choices)) = self.fields.get("anyOf") else { return };
        let [only] = choices.as_slice() else { return };
        let only = Self::read(only);
        self.nullable |= only.nullable;
        self.fields.remove("anyOf");
        for (key, value) in only.fields {
            self.fields.entry(key).or_insert(value);
        }
    }

    fn keep(&self, kept: &[&str]) -> Map<String, Value> {
        let kept = self.fields.iter().filter(|(key, _)| kept.contains(&key.as_str()));
        kept.map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    fn descend(&self, out: &mut Map<String, Value>, each: fn(&Value) -> Value) {
        if let Some(items) = self.fields.get("items") {
            out.insert("items".to_owned(), each(items));
        }
        if let Some(Value::Array(choices)) = self.fields.get("anyOf") {
            out.insert("anyOf".to_owned(), choices.iter().map(each).collect());
        }
        if let Some(properties) = self.properties() {
            let inner = properties.iter().map(|(key, value)| (key.clone(), each(value)));
            out.insert("properties".to_owned(), Value::Object(inner.collect()));
        }
    }

    fn properties(&self) -> Option<&Map<String, Value>> {
        self.fields.get("properties").and_then(Value::as_object)
    }

    fn required(&self) -> Vec<String> {
        let names = self.fields.get("required").and_then(Value::as_array);
        names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Every property: the required ones as the type declares them, then the others.
    fn ordered(&self, properties: &Map<String, Value>) -> Vec<String> {
        let mut names = self.required();
        let others = properties.keys().filter(|key| !names.contains(key)).cloned();
        let others: Vec<String> = others.collect();
        names.extend(others);
        names
    }
}

/// The string values that a choice allows, `None` when it allows anything else.
fn constants(choice: &Value) -> Option<Vec<Value>> {
    if let Some(value) = choice.get("const").filter(|value| value.is_string()) {
        return Some(vec![value.clone()]);
    }
    let values = choice.get("enum")?.as_array()?;
    values.iter().all(Value::is_string).then(|| values.clone())
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;

    use super::*;

    /// A person.
    #[expect(dead_code, reason = "only its schema is used")]
    #[derive(Deserialize, JsonSchema)]
    struct Person {
        /// First and last.
        name: String,
        age: u8,
        mood: Mood,
        nickname: Option<String>,
        last_mood: Option<Mood>,
        habits: Vec<Habit>,
        #[serde(default)]
        notes: Vec<String>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Mood {
        /// Smiles.
        Glad,
        Sad,
    }

    #[expect(dead_code, reason = "only its schema is used")]
    #[derive(Deserialize, JsonSchema)]
    struct Habit {
        what: String,
        #[schemars(range(min = 1, max = 7))]
        days: u32,
    }

    fn every_node(schema: &Value, visit: &mut dyn FnMut(&Map<String, Value>)) {
        let Some(node) = schema.as_object() else { return };
        visit(node);
        let choices = node.get("anyOf").and_then(Value::as_array).into_iter().flatten();
        let properties = node.get("properties").and_then(Value::as_object);
        let inner = properties.into_iter().flat_map(Map::values).chain(node.get("items"));
        inner.chain(choices).for_each(|schema| every_node(schema, visit));
    }

    #[test]
    fn gemini_gets_only_keywords_that_it_knows() {
        let schema = gemini(&of::<Person>());

        every_node(&schema, &mut |node| {
            for banned in ["$ref", "$schema", "additionalProperties", "oneOf", "const", "default"] {
                assert!(!node.contains_key(banned), "{banned} in {node:?}");
            }
            assert!(node["type"].is_string(), "{node:?}");
        });
        assert_eq!(schema["properties"]["nickname"], json!({"type": "string", "nullable": true}));
        assert_eq!(schema["properties"]["name"]["description"], "First and last.");
        assert_eq!(schema["properties"]["habits"]["items"]["properties"]["days"]["maximum"], 7);
    }

    #[test]
    fn an_enumeration_stays_one_even_when_variants_are_documented_or_optional() {
        for convert in [gemini, openai] {
            let schema = convert(&of::<Person>());

            assert_eq!(schema["properties"]["mood"]["enum"], json!(["sad", "glad"]));
        }
        let optional = &gemini(&of::<Person>())["properties"]["last_mood"];
        assert_eq!(
            (&optional["enum"], &optional["nullable"]),
            (&json!(["sad", "glad"]), &true.into())
        );
    }

    #[test]
    fn the_properties_come_in_the_order_of_the_type() {
        let schema = gemini(&of::<Person>());

        let order = schema["propertyOrdering"].as_array().unwrap();

        assert_eq!(order[..3], ["name", "age", "mood"]);
        assert_eq!(order.len(), 7);
    }

    #[test]
    fn openai_gets_closed_objects_with_every_property_required() {
        let schema = openai(&of::<Person>());

        every_node(&schema, &mut |node| {
            if let Some(properties) = node.get("properties").and_then(Value::as_object) {
                assert_eq!(node["additionalProperties"], false);
                assert_eq!(node["required"].as_array().unwrap().len(), properties.len());
            }
        });
        assert_eq!(schema["properties"]["nickname"]["type"], json!(["string", "null"]));
        assert_eq!(schema["properties"]["last_mood"]["anyOf"][1], json!({"type": "null"}));
        assert_eq!(schema["properties"]["notes"]["type"], "array");
    }

    #[test]
    fn a_schema_has_a_name_that_providers_accept() {
        assert_eq!(name::<Person>(), "Person");
        assert_eq!(name::<Vec<Person>>(), "Array_of_Person");
    }
}
