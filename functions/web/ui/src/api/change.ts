import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

/** A change on the server, after which what it may have touched is read again. */
export function useChange<Input, Output>(
  touched: readonly QueryKey[],
  mutationFn: (input: Input) => Promise<Output>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => {
      for (const queryKey of touched) void client.invalidateQueries({ queryKey });
    },
  });
}
