//! The process of `rag-ingest`, and the extractor that it starts for each file.

fn main() -> anyhow::Result<()> {
    if let Some(file_type) = rag_ingest::extract::asked() {
        rag_ingest::extract::work(file_type);
        return Ok(());
    }
    platform::run(env!("CARGO_PKG_NAME"), rag_ingest::service)
}
