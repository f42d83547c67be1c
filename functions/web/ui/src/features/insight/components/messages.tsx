import { PenLine } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { may } from "@/app/access";
import { useDraft } from "@/app/draft";
import { Button } from "@/components/ui/button";
import { fieldError, Select, TextArea } from "@/components/ui/field";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { type Messages, useWriteMessages } from "../hooks/insights";
import { messagesTo } from "../hooks/messages";
import { Cost } from "./cost";
import { Variant } from "./message-variant";

const TYPES = ["email", "ad", "landing_page", "social_post"] as const;
const TONES = ["friendly", "professional", "urgent", "empathetic"] as const;
const COUNTS = [1, 2, 3, 4, 5] as const;
const LONGEST_OCCASION = 1_000;

type Draft = {
  type: Schemas["MessageType"];
  tone: Schemas["MessageTone"];
  variants: number;
  occasion: string;
};
const FIRST: Draft = { type: "email", tone: "friendly", variants: 3, occasion: "" };
const draftOf = (asked: Schemas["WriteMessages"] | undefined): Draft =>
  asked
    ? {
        type: asked.type,
        tone: asked.tone ?? FIRST.tone,
        variants: asked.num_variants ?? FIRST.variants,
        occasion: asked.context ?? "",
      }
    : FIRST;

/** Messages that might reach a person: asked for by an editor, kept by their browser alone. */
export function MessagesPanel({ personaId, project }: { personaId: string; project: Project }) {
  const { t } = useTranslation();
  const write = useWriteMessages(project.id, personaId);
  const messages = write.data ?? messagesTo(personaId)?.messages;
  if (!may(project.role, "editor")) {
    return <Empty title={t("message.viewer")}>{t("message.viewerHint")}</Empty>;
  }
  return (
    <>
      <Order project={project} personaId={personaId} write={write} />
      <Failure failure={write.error} />
      {write.isPending ? <Loading lines={5} /> : messages && <Written messages={messages} />}
    </>
  );
}

function Order({
  project,
  personaId,
  write,
}: {
  project: Project;
  personaId: string;
  write: ReturnType<typeof useWriteMessages>;
}) {
  const { t } = useTranslation();
  // begins with what was asked for last: the server keeps neither the wish nor the answer
  const [initial] = useState(() => draftOf(messagesTo(personaId)?.asked));
  const [draft, set, , , sent] = useDraft(`message.${personaId}`, initial);
  const change = (part: Partial<Draft>) => set((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const order = {
      type: draft.type,
      tone: draft.tone,
      num_variants: draft.variants,
      context: draft.occasion.trim() || null,
    };
    write.mutate(order, { onSuccess: sent });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div className="grid gap-3 sm:grid-cols-3">
        <Select
          label={t("message.type")}
          value={draft.type}
          onChange={(event) =>
            change({ type: TYPES.find((known) => known === event.target.value) ?? "email" })
          }
        >
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {t(`message.types.${type}`)}
            </option>
          ))}
        </Select>
        <Select
          label={t("message.tone")}
          value={draft.tone}
          onChange={(event) =>
            change({ tone: TONES.find((known) => known === event.target.value) ?? "friendly" })
          }
        >
          {TONES.map((tone) => (
            <option key={tone} value={tone}>
              {t(`message.tones.${tone}`)}
            </option>
          ))}
        </Select>
        <Select
          label={t("message.count")}
          value={draft.variants}
          onChange={(event) => change({ variants: Number(event.target.value) })}
        >
          {COUNTS.map((count) => (
            <option key={count}>{count}</option>
          ))}
        </Select>
      </div>
      <TextArea
        label={t("message.occasion")}
        hint={t("message.occasionHint")}
        rows={2}
        maxLength={LONGEST_OCCASION}
        value={draft.occasion}
        error={fieldError(write.error, "context")}
        onChange={(event) => change({ occasion: event.target.value })}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" look="primary" busy={write.isPending}>
          <PenLine aria-hidden className="size-4" />
          {t("message.write")}
        </Button>
        <div className="min-w-0 flex-1 basis-72">
          <Cost task="persona_messages" projectId={project.id} />
        </div>
      </div>
    </form>
  );
}

function Written({ messages }: { messages: Messages }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const marked = messages.variants.filter((one) => one.unsupported_claims.length > 0).length;
  return (
    <section className="flex flex-col gap-3 border-line border-t pt-5">
      <p className="text-quiet text-sm">
        {t("message.made", {
          model: messages.generated_by,
          prompt: messages.prompt_version,
          when: moment(messages.generated_at),
        })}
      </p>
      {messages.is_simulated && <Note tone="warn">{t("message.simulated")}</Note>}
      {marked > 0 && <Note tone="warn">{t("message.marked", { count: marked })}</Note>}
      <ol className="flex flex-col gap-3">
        {messages.variants.map((variant) => (
          <Variant key={variant.variant_id} variant={variant} limits={messages.limits} />
        ))}
      </ol>
    </section>
  );
}
