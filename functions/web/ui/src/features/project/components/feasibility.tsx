import { useTranslation } from "react-i18next";
import { Failure } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import type { TargetPreview } from "../hooks/preview";

/** From here on it is said that an attribute moves along: one person in twenty would have to be another. */
const NOTICED = 0.05;

/** Whether a target can be met, how much so many people say, and what else moves along with it. */
export function Feasibility({
  preview,
  failure,
  isPending,
}: {
  preview: TargetPreview | undefined;
  failure: unknown;
  isPending: boolean;
}) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  if (failure) return <Failure failure={failure} />;
  if (!preview) return null;
  const targeted = preview.attributes.filter((one) => one.is_targeted);
  const groups = targeted.flatMap((one) => one.categories).filter((one) => one.share > 0);
  const smallest = groups.reduce<(typeof groups)[number] | undefined>(
    (least, one) => (least && least.people <= one.people ? least : one),
    undefined,
  );
  const along = preview.attributes.filter(
    (one) => !one.is_targeted && typeof one.moved === "number" && one.moved > NOTICED,
  );
  const name = (label: string) => t(`target.labels.${label}`, { defaultValue: label });
  return (
    <section
      aria-label={t("target.feasibility")}
      aria-busy={isPending}
      className="card flex flex-col gap-1.5 px-4 py-3 text-sm"
    >
      <p>
        {t("target.margin", {
          count: preview.people,
          people: number(preview.people),
          points: number(preview.margin * 100),
        })}
      </p>
      {smallest && (
        <p>
          {typeof smallest.margin === "number"
            ? t("target.smallest", {
                label: name(smallest.label),
                people: number(smallest.people),
                points: number(smallest.margin * 100),
              })
            : t("target.nobodySure", { label: name(smallest.label) })}
        </p>
      )}
      {along.length > 0 && (
        <p>
          {t("target.along", {
            attributes: along
              .map((one) =>
                t("target.alongOne", {
                  attribute: t(`target.attribute.${one.attribute}`),
                  share: percent(one.moved ?? 0, 0),
                }),
              )
              .join(", "),
          })}
        </p>
      )}
      <p className="text-quiet">{t("target.marginHint")}</p>
    </section>
  );
}
