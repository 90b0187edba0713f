"""接入: other systems plugged in. They come in by a key of their own, never by a person's session.

Nouns: `PartnerSystem` (接入系统), `PartnerTodo` (统一待办), `PartnerAnswer` (an answer kept under an idempotency key).
`WebhookSubscription` (事件订阅), `WebhookDelivery` (事件投递).
Verbs (`services`): `system_register|change|key_issue|enable|disable`, `todos_push|complete|withdraw`, `todo_dismiss`,
`client_secret_issue`, `entry_required|record`, `favourite_set|move`, `hook_keep|secret_issue|try`, `hooks_queue`,
`deliveries_sweep`, `delivery_requeue`.

The system administrator registers a system, the security administrator gives it its key and opens or closes it: neither can
do it alone. Of the key only a digest is kept. Calls come as `Authorization: Bearer <key id>.<secret>` over TLS, from the
addresses listed, at the pace agreed, for the scopes granted; each refusal says which of these it was.

A pushed to-do is a matter of workflow begun by no person of the house: it stands in 待办 with its source, counts, is told,
can be delegated and handed over like any other. Only its system finishes, changes or withdraws it; its holder may take it off
the list when it was done over there and the system has not said so, which the system reads in its list.
Links lead to hosts registered for the system and nowhere else.

Events are heard like by any app (`listeners`), kept as rows and told by a sweep: signed (`signing`), tried again with back-off,
parked after the last try and sent again by hand. What is told are ids, numbers and titles of the system's own organ or of what
it pushed itself. The way out leads to public addresses and to inner networks the installation lists, never elsewhere
(`gateways`).

应用中心 shows a person the systems of the organ of the present post (`FavouriteSystem`: one's own choice and order). They sign
people on by OpenID Connect, allauth's provider: the code flow alone, for whoever has a post in an organ that uses the system,
telling of that post and no other (`adapter`, `selectors.signing_on`); the signing key lies in the state folder.

Invariants: one to-do per system and external id; a person is reached only in a post in an organ that uses the system;
a refused row of a batch leaves nothing behind; the same idempotency key gives the same answer.
"""
