import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";

/** Puts a question elsewhere among the others, or takes it away; what cannot be done is not offered. */
export function Move({
  number,
  onUp,
  onDown,
  onRemove,
}: {
  number: number;
  onUp?: () => void;
  onDown?: () => void;
  onRemove?: () => void;
}) {
  const { t } = useTranslation();
  const ways = [
    { name: t("survey.up", { number }), icon: ArrowUp, act: onUp },
    { name: t("survey.down", { number }), icon: ArrowDown, act: onDown },
    { name: t("group.removeQuestion", { number }), icon: Trash2, act: onRemove },
  ];
  return (
    <span className="ml-auto flex">
      {ways.map(({ name, icon: Icon, act }) => (
        <Button key={name} look="quiet" small disabled={!act} onClick={act} aria-label={name}>
          <Icon aria-hidden className="size-4" />
        </Button>
      ))}
    </span>
  );
}

/** What there is to be done with one of several questions. */
export const moves = <T,>(all: T[], index: number, onChange: (all: T[]) => void) => {
  const to = (place: number) => () => {
    const next = all.toSpliced(index, 1);
    onChange(next.toSpliced(place, 0, all[index] as T));
  };
  return {
    onUp: index > 0 ? to(index - 1) : undefined,
    onDown: index < all.length - 1 ? to(index + 1) : undefined,
    onRemove: all.length > 1 ? () => onChange(all.toSpliced(index, 1)) : undefined,
  };
};
