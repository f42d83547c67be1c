import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/button";
import { parts } from "../hooks/claims";

type Message = Schemas["MessageVariant"];
const PARTS = ["headline", "subheadline", "body", "cta"] as const;

/** One message as a reader sees it; what it claims without a source is marked where it stands. */
export function Variant({
  variant,
  limits,
}: {
  variant: Message;
  limits: Schemas["MessageLimits"];
}) {
  const { t } = useTranslation();
  const claims = variant.unsupported_claims;
  return (
    <li className="card flex flex-col gap-3 px-4 py-3">
      <div className="flex items-center justify-between gap-3">
        <h3 className="font-medium text-quiet text-sm">
          {t("message.variant", { number: variant.variant_id })}
        </h3>
        <CopyButton variant={variant} />
      </div>
      <div className="flex flex-col gap-1.5">
        <p className="font-semibold text-lg leading-snug">
          <Marked text={variant.headline} claims={claims} />
        </p>
        {variant.subheadline && (
          <p className="text-quiet">
            <Marked text={variant.subheadline} claims={claims} />
          </p>
        )}
        <p className="max-w-prose whitespace-pre-line">
          <Marked text={variant.body} claims={claims} />
        </p>
        <p className="mt-1 self-start rounded-lg border border-accent px-3 py-1 font-medium text-accent text-sm">
          <Marked text={variant.cta} claims={claims} />
        </p>
      </div>
      {claims.length > 0 && (
        <div className="rounded-card bg-warn-soft px-3 py-2 text-sm">
          <p className="font-medium">{t("message.claims", { count: claims.length })}</p>
          <ul className="list-disc pl-5">
            {claims.map((claim) => (
              <li key={claim}>{claim}</li>
            ))}
          </ul>
        </div>
      )}
      <p className="tabular flex flex-wrap gap-x-4 text-quiet text-xs">
        {PARTS.map((part) => {
          const text = variant[part];
          return (
            text && (
              <span key={part}>
                {t(`message.part.${part}`)}{" "}
                {t("need.score", { value: lengthOf(text), of: limits[part] })}
              </span>
            )
          );
        })}
      </p>
    </li>
  );
}

/** In characters as people count them, which is how the server counts. */
const lengthOf = (text: string) => [...text].length;

function Marked({ text, claims }: { text: string; claims: string[] }) {
  return parts(text, claims).map(({ text: part, isClaim }, index) =>
    isClaim ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, in its order
      <mark key={index} className="rounded-sm bg-warn-soft text-warn underline decoration-dotted">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}

function CopyButton({ variant }: { variant: Message }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const text = PARTS.map((part) => variant[part])
    .filter(Boolean)
    .join("\n\n");
  return (
    <Button
      small
      look="quiet"
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        )
      }
    >
      {copied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
      {t(copied ? "share.copied" : "share.copy")}
    </Button>
  );
}
