import clsx from "clsx";
import { useTranslation } from "react-i18next";
import { fieldError } from "@/components/ui/field";
import { Scroll } from "@/components/ui/scroll";
import { Source } from "@/components/ui/source";
import {
  ALL,
  COLUMNS,
  type Column,
  type FiguresDraft,
  given,
  type Segment,
} from "../hooks/figures";

type Rows = FiguresDraft["rows"];

/** The figures by segment; all customers together stand first, because every segment falls back on them. */
export function FiguresTable({
  draft,
  segments,
  disabled,
  failure,
  set,
}: {
  draft: FiguresDraft;
  segments: Segment[];
  disabled: boolean;
  failure: unknown;
  set: (rows: Rows) => void;
}) {
  const { t } = useTranslation();
  const order = [
    ...segments.filter(({ id }) => id === ALL),
    ...segments.filter(({ id }) => id !== ALL),
  ];
  const sent = given(draft);
  const ruleOf = (id: string, column: Column) =>
    sent.includes(id) ? fieldError(failure, `figures.${sent.indexOf(id)}.${column}`) : null;
  return (
    <Scroll label={t("figures.table")}>
      <table className="w-full text-sm">
        <thead>
          <tr className="border-line border-b text-left text-quiet">
            <th scope="col" className="px-4 py-2 font-medium">
              {t("person.segment")}
            </th>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" className="px-1.5 py-2 font-medium">
                <span className="inline-flex items-center leading-tight">
                  {t(`figures.column.${column}`)}
                  <Source of={t(`figures.column.${column}`)}>
                    {t(`figures.columnHint.${column}`)}
                  </Source>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {order.map(({ id, name }) => (
            <tr key={id} className={clsx("border-line border-t", id === ALL && "bg-sunken")}>
              <th scope="row" className="min-w-36 px-4 py-1 text-left font-normal">
                {name}
              </th>
              {COLUMNS.map((column) => (
                <td key={column} className="px-1 py-1 align-top">
                  <Cell
                    label={`${name}, ${t(`figures.column.${column}`)}`}
                    value={draft.rows[id]?.[column] ?? ""}
                    isShare={column === "margin" || column === "churn"}
                    disabled={disabled}
                    rule={ruleOf(id, column)}
                    onChange={(value) =>
                      set({ ...draft.rows, [id]: { ...draft.rows[id], [column]: value } })
                    }
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Cell({
  label,
  value,
  isShare,
  disabled,
  rule,
  onChange,
}: {
  label: string;
  value: string;
  isShare: boolean;
  disabled: boolean;
  rule: string | null;
  onChange: (value: string) => void;
}) {
  return (
    <>
      <input
        aria-label={label}
        aria-invalid={rule ? true : undefined}
        title={rule ?? undefined}
        type="number"
        min={0}
        max={isShare ? 1 : 1e12}
        step="any"
        disabled={disabled}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 w-20 rounded-md border border-line-strong bg-surface px-2 text-right tabular disabled:opacity-60 aria-invalid:border-bad"
      />
      {rule && <span className="block max-w-20 text-bad text-xs">{rule}</span>}
    </>
  );
}
