import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** The way from a passage to its document. */
export function DocumentLink({
  projectId,
  documentId,
  title,
}: {
  projectId: string;
  documentId: string;
  title: string;
}) {
  const { t } = useTranslation();
  return (
    <Link
      to="/projects/$projectId/documents"
      params={{ projectId }}
      search={{ document: documentId }}
      aria-label={t("document.openThis", { title })}
      className="text-accent text-sm underline"
    >
      {t("document.open")}
    </Link>
  );
}
