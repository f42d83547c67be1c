//! One person, in the request.

use std::io::Write;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use platform::http::{Json, Problem};
use platform::{Access, Error, Result, Viewer, Within, audit};
use records::export::{self, Disclosure, Masked, Masking, PERSONA_SCHEMA, Person, WrittenPart};
use records::persona::OfPersona;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shared::id::PersonaId;
use shared::persona::mask::Everybody;
use utoipa::ToSchema;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::AppState;
use crate::form::{Exporting, Format};
use crate::insight::{Insights, Known};
use crate::pdf::{self, Portrait, Stamp};
use crate::store;

/// Part of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ExportSection)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Section {
    Overview,
    Profile,
    Behaviors,
    Needs,
    Insights,
}

/// What to export.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ExportPersona {
    /// `json`, `pdf`, or `csv` as a ZIP of two files: the person, and what they are.
    format: Format,
    /// Parts of the JSON or the PDF; default overview, profile and behaviors of a JSON, and all of a PDF.
    sections: Option<Vec<Section>>,
    /// Whether the JSON says of which project, which person and when, and the pages of a PDF of which project, who
    /// exports and when. Default true. The disclosure cannot be turned off.
    include_watermark: Option<bool>,
    /// Whether the CSV begins with a byte order mark.
    #[serde(default)]
    bom: bool,
    #[serde(flatten)]
    masking: Masking,
}

/// A person on their way out.
#[derive(Serialize, ToSchema)]
pub(crate) struct Exported {
    format: Format,
    sections: Vec<Section>,
    /// By section.
    #[schema(value_type = Object)]
    content: Map<String, Value>,
    schema: &'static str,
    #[schema(value_type = Option<Object>)]
    watermark: Option<Value>,
    disclosure: Disclosure,
}

/// Exports a person, masked: initials, a band of age and a region in the place of name, age and town, in every
/// text. An admin may unmask with a reason, which the audit log keeps.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/actions/export", tag = "export",
    params(("persona_id" = PersonaId, Path)), request_body = ExportPersona,
    security(("bearer" = [])),
    responses((status = 200, description = "JSON; for `csv` a ZIP of the sheet and what it is; for `pdf` a PDF", content(
            (Exported = "application/json"),
            (Vec<u8> = "application/zip"),
            (Vec<u8> = "application/pdf"))),
        (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn export(
    State(state): State<AppState>,
    _: Within<Exporting>,
    persona: OfPersona<Viewer>,
    Json(request): Json<ExportPersona>,
) -> Result<Response> {
    request.check(persona.access)?;
    let (access, id, now) = (persona.access, persona.id, state.worker.base.clock.now());
    let pool = &state.worker.base.pool;
    let row = store::person(pool, access, id).await?;
    let known = match request.needs_insights() {
        true => Known::read(pool, access.into(), (id, &row)).await?,
        false => Known::default(),
    };
    let masked = match request.masking.unmask {
        true => Masked::No,
        false => Masked::Of(Everybody::of(known.named().chain([&*row.card]))),
    };
    let about = export::about_people(pool, access.into(), Some(id)).await?;
    let disclosure = Disclosure::new(about, &request.parts(), &masked, now);
    let details = json!({ "format": request.format, "sections": request.sections,
        "unmask": request.masking.unmask, "reason": request.masking.reason });
    let entry = persona.entry("export", details);
    audit::record_view(&state.worker.base.side, &state.worker.base.ids, now, &entry).await?;
    let language = row.language;
    let insights = known.leaving((id, &row.card), &masked);
    let person = Person::of(row, &masked);
    match request.format {
        Format::Json => {
            let exported = composed(id, &person, request, disclosure, &insights);
            Ok(Json(exported.map_err(internal)?).into_response())
        }
        Format::Csv => zipped(&person, request.bom, &disclosure),
        Format::Pdf => {
            let account = access.account_id();
            let name = store::exporter(pool, access.into(), account).await?;
            let exporter = pdf::exporter(name.as_deref(), account, &masked);
            let is_shown = request.include_watermark.unwrap_or(true);
            let stamp = Stamp { person: exporter, is_shown, name: id.to_string() };
            let sections = request.sections.as_deref().unwrap_or(&Section::ALL);
            let portrait = Portrait { person: &person, insights: &insights, sections, language };
            let bytes = portrait.report().pdf(&disclosure, &stamp, &masked).await?;
            Ok(attached("persona.pdf", Format::Pdf.content_type(), bytes))
        }
    }
}

impl Section {
    const ALL: [Self; 5] =
        [Self::Overview, Self::Profile, Self::Behaviors, Self::Needs, Self::Insights];
}

impl ExportPersona {
    fn check(&self, access: Access<Viewer>) -> Result<()> {
        let most = Section::ALL.len();
        if self.sections.as_ref().is_some_and(|sections| sections.len() > most) {
            return Err(Error::invalid("sections", format!("must name at most {most} sections")));
        }
        self.masking.check(access)
    }

    /// Whether more is asked for than what is on the card and in its texts.
    fn needs_insights(&self) -> bool {
        let is_further = |section: &Section| matches!(section, Section::Needs | Section::Insights);
        match &self.sections {
            Some(sections) => self.format != Format::Csv && sections.iter().any(is_further),
            None => self.format == Format::Pdf,
        }
    }

    /// What of the file somebody wrote.
    fn parts(&self) -> Vec<WrittenPart> {
        let has = |section| match &self.sections {
            Some(sections) => self.format != Format::Csv && sections.contains(&section),
            None => self.format == Format::Pdf,
        };
        let needs = has(Section::Needs).then_some(WrittenPart::Needs);
        let journey = has(Section::Insights).then_some(WrittenPart::Journey);
        [WrittenPart::People].into_iter().chain(needs).chain(journey).collect()
    }
}

fn composed(
    id: PersonaId,
    person: &Person,
    request: ExportPersona,
    disclosure: Disclosure,
    insights: &Insights,
) -> serde_json::Result<Exported> {
    let sections = request
        .sections
        .unwrap_or_else(|| vec![Section::Overview, Section::Profile, Section::Behaviors]);
    let mut content = Map::new();
    for section in &sections {
        let (name, part) = part(*section, person, insights)?;
        content.insert(name.to_owned(), part);
    }
    let watermark = request.include_watermark.unwrap_or(true).then(|| {
        json!({ "project_id": disclosure.project_id, "persona_id": id,
            "exported_at": disclosure.exported_at })
    });
    Ok(Exported {
        format: Format::Json,
        sections,
        content,
        schema: PERSONA_SCHEMA,
        watermark,
        disclosure,
    })
}

fn part(
    section: Section,
    person: &Person,
    insights: &Insights,
) -> serde_json::Result<(&'static str, Value)> {
    Ok(match section {
        Section::Overview => {
            let names = [
                "id",
                "population_id",
                "number",
                "run_id",
                "language",
                "name",
                "age",
                "gender",
                "location",
                "education",
                "activity",
                "occupation",
                "income",
                "segment_id",
                "status",
                "headline",
                "written_by",
                "is_simulated",
                "is_imported",
                "prompt_version",
                "rag_citations",
                "version",
                "edited_at",
                "edited_by",
                "created_by",
                "created_at",
                "updated_at",
            ];
            ("overview", person.part(&names)?)
        }
        Section::Profile => {
            let names = ["big_five", "hofstede", "values", "interests", "story", "card"];
            ("profile", person.part(&names)?)
        }
        Section::Behaviors => {
            let names = ["communication_style", "decision_making_style", "concerns"];
            ("behaviors", person.part(&names)?)
        }
        // Not made up where nothing is stored of them.
        Section::Needs => ("needs", serde_json::to_value(&insights.needs)?),
        Section::Insights => ("insights", insights.value(person)),
    })
}

/// The line and its disclosure in one file, because a CSV has no place for it.
fn zipped(person: &Person, has_bom: bool, disclosure: &Disclosure) -> Result<Response> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    let csv = export::header(has_bom) + &person.line();
    let about = serde_json::to_string_pretty(disclosure).map_err(internal)?;
    for (name, text) in [("persona.csv", csv), ("disclosure.json", about)] {
        zip.start_file(name, options).map_err(internal)?;
        zip.write_all(text.as_bytes()).map_err(internal)?;
    }
    let bytes = zip.finish().map_err(internal)?.into_inner();
    Ok(attached("persona.zip", "application/zip", bytes))
}

/// A file to keep.
fn attached(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

/// A failure of ours.
pub(crate) fn internal(error: impl Into<anyhow::Error>) -> Error {
    Error::Internal(error.into())
}
