import { Download, Upload } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/api/download";
import { Button } from "@/components/ui/button";
import { FileInput } from "@/components/ui/file-input";
import { Failure } from "@/components/ui/states";
import { lineErrors, templatePath } from "../hooks/figures";

/** The same figures by a spreadsheet: the one to fill in, and the way back, with wrong lines told by number. */
export function Spreadsheet({
  projectId,
  editable,
  failure,
  busy,
  onSend,
}: {
  projectId: string;
  editable: boolean;
  failure: unknown;
  busy: boolean;
  onSend: (csv: string) => void;
}) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const wrong = lineErrors(failure);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (file) onSend(await file.text());
  };
  const fetchTemplate = () => {
    setRefused(null);
    download(new Request(templatePath(projectId)), "kpi-inputs.csv").catch(setRefused);
  };
  return (
    <section className="card flex flex-col gap-3 px-5 py-4">
      <h2 className="font-semibold">{t("figures.spreadsheet")}</h2>
      <p className="max-w-prose text-quiet text-sm">{t("figures.spreadsheetHint")}</p>
      <div>
        <Button small onClick={fetchTemplate}>
          <Download aria-hidden className="size-4" />
          {t("figures.template")}
        </Button>
      </div>
      <Failure failure={refused} />
      {editable && (
        <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
          <div className="min-w-56 flex-1">
            <FileInput
              label={t("figures.filled")}
              accept=".csv,text/csv"
              required
              onFile={setFile}
            />
          </div>
          <Button type="submit" busy={busy} disabled={!file}>
            <Upload aria-hidden className="size-4" />
            {t("figures.replace")}
          </Button>
        </form>
      )}
      {wrong.length > 0 && (
        <div className="flex flex-col gap-2 text-sm">
          <Failure failure={failure} says={t("figures.wrong", { count: wrong.length })} />
          <ul className="list-disc pl-5">
            {wrong.map(({ line, column, rule }) => (
              <li key={`${line} ${column} ${rule}`}>
                {column
                  ? t("figures.wrongCell", { line, column, rule })
                  : t("figures.wrongLine", { line, rule })}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
