import { Upload } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/app/draft";
import { Button } from "@/components/ui/button";
import { fieldError, Input } from "@/components/ui/field";
import { FileInput } from "@/components/ui/file-input";
import { Progress } from "@/components/ui/progress";
import { Failure, Note } from "@/components/ui/states";
import { useUpload } from "../hooks/documents";

/** What the server reads; it looks into the file, whatever its name says. */
const ACCEPTED = ".pdf,.docx,.pptx,.xlsx,.md,.html,.htm,.txt,.csv";

const NO_TITLE = { title: "" };

export function UploadDocument({ projectId }: { projectId: string }) {
  return <Form key={projectId} projectId={projectId} />;
}

function Form({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const [{ title }, set, clear] = useDraft(`document.${projectId}`, NO_TITLE);
  const [file, setFile] = useState<File | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const upload = useUpload(projectId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!file) return;
    upload.mutate(
      { file, title: title || file.name, projectId },
      {
        onSuccess: () => {
          clear();
          setFile(null);
          if (picker.current) picker.current.value = "";
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="card flex flex-col gap-3 px-5 py-4">
      <h2 className="font-semibold">{t("document.upload")}</h2>
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-56 flex-1">
          <FileInput
            ref={picker}
            label={t("document.file")}
            accept={ACCEPTED}
            required
            error={fieldError(upload.error, "file")}
            onFile={setFile}
          />
        </div>
        <div className="min-w-44 flex-1">
          <Input
            label={t("document.title")}
            placeholder={file?.name}
            value={title}
            error={fieldError(upload.error, "title")}
            onChange={(event) => set({ title: event.target.value })}
          />
        </div>
        <Button type="submit" look="primary" busy={upload.isPending} disabled={!file}>
          <Upload aria-hidden className="size-4" />
          {t("document.uploadDo")}
        </Button>
      </div>
      {upload.isPending && <Progress value={upload.sent} max={1} label={t("document.upload")} />}
      <Failure failure={upload.error} />
      {upload.data && (
        <Note tone="good">
          {t(`document.outcome.${upload.data.outcome}`, { title: upload.data.title })}
        </Note>
      )}
      <p className="text-quiet text-sm">{t("document.hint")}</p>
    </form>
  );
}
