import { useTranslation } from "react-i18next";
import { Empty } from "@/components/ui/states";
import { DocumentLink } from "@/features/document/components/document-link";
import type { PersonaDetails } from "../hooks/personas";

/** A passage as it is stored with a person. The document describes it as any value, so it is read with care. */
type Passage = { title: string; text: string; page: number | null; documentId: string | null };

export function passages(citations: unknown): Passage[] {
  if (!Array.isArray(citations)) return [];
  return citations.flatMap((raw): Passage[] => {
    if (typeof raw !== "object" || raw === null) return [];
    const { document_title, chunk_text, page, document_id } = raw as Record<string, unknown>;
    if (typeof document_title !== "string" || typeof chunk_text !== "string") return [];
    return [
      {
        title: document_title,
        text: chunk_text,
        page: typeof page === "number" ? page : null,
        documentId: typeof document_id === "string" ? document_id : null,
      },
    ];
  });
}

/** The documents' passages that stand behind a person; each opens in place. */
export function Evidence({ persona }: { persona: PersonaDetails }) {
  const { t } = useTranslation();
  const cited = passages(persona.rag_citations);
  if (cited.length === 0) {
    return <Empty title={t("person.noEvidence")}>{t("person.noEvidenceHint")}</Empty>;
  }
  return (
    <ol className="flex flex-col gap-3">
      {cited.map((passage) => (
        <li key={`${passage.title} ${passage.text}`} className="card px-4 py-3">
          <details>
            <summary className="font-medium">
              {passage.title}
              {passage.page !== null && (
                <span className="text-quiet"> · {t("document.page", { page: passage.page })}</span>
              )}
            </summary>
            <blockquote className="mt-2 whitespace-pre-line border-line border-l-3 pl-3 text-quiet">
              {passage.text}
            </blockquote>
            {passage.documentId && (
              <p className="mt-2">
                <DocumentLink
                  projectId={persona.project_id}
                  documentId={passage.documentId}
                  title={passage.title}
                />
              </p>
            )}
          </details>
        </li>
      ))}
    </ol>
  );
}
