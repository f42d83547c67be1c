import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import type { PersonaDetails } from "../hooks/personas";

/** Who saw or changed this person, the newest first. */
export function Trail({ lines, self }: { lines: PersonaDetails["audit_log"]; self?: string }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  return (
    <ol className="flex flex-col border-line border-l pl-4">
      {lines.map((line) => (
        <li key={line.id} className="relative pb-4">
          <span
            aria-hidden
            className="absolute top-1.5 -left-[1.34rem] size-2.5 rounded-full bg-bar"
          />
          <p className="font-medium">{t(`audit.${line.action}`, { defaultValue: line.action })}</p>
          <p className="text-quiet text-sm">
            {moment(line.timestamp)} ·{" "}
            {line.user_id == null
              ? t("audit.system")
              : line.user_id === self
                ? t("audit.you")
                : t("audit.member")}
          </p>
        </li>
      ))}
    </ol>
  );
}
