import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CornerUpRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Failure } from "@/components/ui/states";
import { type Place, placeOf } from "../hooks/source";

type Props = { projectId: string; personaId: string };

/** What was said about a need, each with the way to where it was said. */
export function Quotes({ quotes, ...of }: Props & { quotes: string[] }) {
  if (quotes.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2">
      {quotes.map((quote) => (
        <li key={quote}>
          <Quote quote={quote} {...of} />
        </li>
      ))}
    </ul>
  );
}

function Quote({ quote, projectId, personaId }: Props & { quote: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const open = useOpen(projectId);
  const find = useMutation({
    mutationFn: () => placeOf(client, projectId, personaId, quote),
    onSuccess: (place) => place && open(place),
  });
  return (
    <>
      <blockquote className="border-line border-l-3 pl-3 text-quiet">
        {t("state.quoted", { text: whole(quote) })}{" "}
        <button
          type="button"
          disabled={find.isPending}
          aria-busy={find.isPending || undefined}
          onClick={() => find.mutate()}
          className="inline-flex items-center gap-1 whitespace-nowrap rounded text-accent text-sm underline disabled:opacity-60"
        >
          <CornerUpRight aria-hidden className="size-3.5" />
          {t(find.isPending ? "need.looking" : "need.jump")}
        </button>
      </blockquote>
      {find.data === null && (
        <p role="status" className="mt-1 text-sm">
          {t("need.notShown")}
        </p>
      )}
      <Failure failure={find.error} className="mt-1" />
    </>
  );
}

/** A quote is a part of an answer: where it ends amid a sentence, three dots say so. */
const whole = (quote: string) => (/[.!?…]$/.test(quote) ? quote : `${quote}\u00a0…`);

/** Goes to where something was said: the drawer it was read in stays one step back. */
function useOpen(projectId: string) {
  const navigate = useNavigate();
  return (place: Place) =>
    void (place.kind === "turn"
      ? navigate({
          to: "/projects/$projectId/focus-groups/$groupId",
          params: { projectId, groupId: place.groupId },
          search: { view: "transcript", turn: place.turnId },
        })
      : navigate({
          to: "/projects/$projectId/surveys/$surveyId",
          params: { projectId, surveyId: place.surveyId },
          search: { view: "results", question: place.questionId },
        }));
}
