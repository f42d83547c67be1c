import { Upload } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "@/api/problem";
import { may, type Role } from "@/app/access";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { FileInput } from "@/components/ui/file-input";
import { Progress } from "@/components/ui/progress";
import { Failure, Note } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { ACCEPTED, Hindered, hindranceOf, useImport } from "../hooks/import";

/** The way to people from a file, for whoever may take them in. */
export function ImportButton({
  role,
  small,
  onOpen,
}: {
  role: Role;
  small?: boolean;
  onOpen: () => void;
}) {
  const { t } = useTranslation();
  if (!may(role, "editor")) return null;
  return (
    <Button small={small} onClick={onOpen}>
      <Upload aria-hidden className="size-4" />
      {t("import.do")}
    </Button>
  );
}

/** Takes people in as they were exported. It goes on while it is closed, and says the result when it is opened again. */
export function ImportDialog({
  projectId,
  open,
  onClose,
}: {
  projectId: string;
  open: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const importing = useImport(projectId);
  const close = () => {
    if (!importing.isPending) importing.reset();
    onClose();
  };
  return (
    <Dialog open={open} onClose={close} title={t("import.title")}>
      <Content importing={importing} />
    </Dialog>
  );
}

type Importing = ReturnType<typeof useImport>;

function Content({ importing }: { importing: Importing }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const hindrance = file && hindranceOf(file);
  const { isPending, progress, data } = importing;
  const stage = t(`import.stages.${progress.stage}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!file || hindrance) return;
    importing.mutate(file, {
      onSuccess: () => {
        setFile(null);
        if (picker.current) picker.current.value = "";
      },
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p>{t("import.what")}</p>
      <FileInput
        ref={picker}
        label={t("import.file")}
        hint={t("import.hint")}
        accept={ACCEPTED}
        required
        disabled={isPending}
        error={hindrance && t(`import.hindered.${hindrance}`)}
        onFile={(chosen) => {
          importing.reset();
          setFile(chosen);
        }}
      />
      <Refused failure={importing.error} />
      {isPending && <Progress value={progress.share} max={1} label={stage} />}
      <div role="status">
        {isPending && <p className="text-quiet text-sm">{stage}</p>}
        {data && <Result imported={data} />}
      </div>
      <Button type="submit" look="primary" busy={isPending} disabled={!file || Boolean(hindrance)}>
        <Upload aria-hidden className="size-4" />
        {t("import.send")}
      </Button>
    </form>
  );
}

function Result({ imported }: { imported: NonNullable<Importing["data"]> }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const counted = (key: "people" | "populations", count: number) =>
    t(`import.${key}`, { count, number: number(count) });
  return (
    <Note tone={imported.is_new ? "good" : "info"}>
      {t(imported.is_new ? "import.done" : "import.before", {
        people: counted("people", imported.people),
        populations: counted("populations", imported.populations.length),
      })}
    </Note>
  );
}

/** Why nobody came in: of a file each rule that it breaks, with the person or the line. */
function Refused({ failure }: { failure: unknown }) {
  const { t } = useTranslation();
  if (failure instanceof Hindered) {
    return <Failure failure={failure} says={t(`import.hindered.${failure.by}`)} />;
  }
  const broken = failure instanceof ProblemError ? failure.fields : [];
  if (broken.length < 2) return <Failure failure={failure} />;
  return (
    <div className="flex flex-col gap-2 text-sm">
      <Failure failure={failure} says={t("import.broken")} />
      <ul className="list-disc break-words pl-5">
        {broken.map(({ field, rule }) => (
          <li key={`${field} ${rule}`}>
            {field}: {rule}
          </li>
        ))}
      </ul>
    </div>
  );
}
