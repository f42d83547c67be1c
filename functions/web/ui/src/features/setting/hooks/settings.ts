import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, type Schemas, taken } from "@/api/client";
import { dropSession, keepUser } from "@/api/session";

export const allowanceQuery = queryOptions({
  queryKey: ["settings", "allowance"],
  queryFn: () => taken(api.GET("/api/v1/settings/allowance")),
});

export const libraryQuery = queryOptions({
  queryKey: ["settings", "library"],
  queryFn: () => taken(api.GET("/api/v1/settings/library")),
});

export const useChangeProfile = () =>
  useMutation({
    mutationFn: (body: Schemas["ChangeProfile"]) =>
      taken(api.PUT("/api/v1/settings/profile", { body })),
    onSuccess: (_, { full_name, company, role }) =>
      keepUser({ company, role, ...(full_name ? { full_name } : {}) }),
  });

export const useChangePassword = () =>
  useMutation({
    mutationFn: (body: Schemas["ChangePassword"]) =>
      taken(api.PUT("/api/v1/settings/password", { body })),
  });

export const useSendVerification = () =>
  useMutation({ mutationFn: () => taken(api.POST("/api/v1/auth/verify/send")) });

export const useDeleteAccount = () =>
  useMutation({
    mutationFn: () => taken(api.DELETE("/api/v1/settings/account")),
    onSuccess: dropSession,
  });
