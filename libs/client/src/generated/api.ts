// Written by `npm run docs` from the OpenAPI document.

export interface paths {
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take events of internal services
         * @description CloudEvents 1.0 over HTTP: structured, binary and batched.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEventInput"];
                    "application/cloudevents-batch+json": components["schemas"]["CloudEventBatchInput"];
                    "application/json": components["schemas"]["EventDataInput"];
                };
            };
            responses: {
                /** @description What became of each event, in order */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EventVerdicts"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/sends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List sends, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description Items in one answer */
                    limit?: number;
                    /** @description The `cursor` of the page before */
                    cursor?: string;
                    state?: "scheduled" | "planning" | "sending" | "paused" | "stopped" | "failed" | "done" | "no_target";
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    campaign?: string;
                    /** @description Created at or after this instant. */
                    since?: string;
                    /** @description Seconds without progress of a send that is not over. */
                    stalledFor?: number;
                };
                header?: never;
                path: {
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    app: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of sends */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SendPage"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Send a push
         * @description With `Prefer: wait=N` the finished send is answered, if it ends within N seconds.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    Prefer?: string;
                    /** @description For 24 hours the same key and body get the same answer. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    app: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SendRequestInput"];
                };
            };
            responses: {
                /** @description It ended in time (`Prefer: wait`) */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Send"];
                    };
                };
                /** @description The send is taken; nothing acknowledged is lost */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreatedSend"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/sends/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One send with its numbers */
        get: {
            parameters: {
                query?: never;
                header?: {
                    Prefer?: string;
                };
                path: {
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The send; its numbers are at most a second old */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Send"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/sends/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a send for good
         * @description What is open settles as `send_stopped`; what was not planned is not targeted.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The send, with what remains */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Send"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/users/{externalId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a user with its installations */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    externalId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The user with its installations */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Erase a person from every store
         * @description When this answers, the user and its devices are gone, and whoever logs in with the id is somebody new. The rest follows; the erasure says what and when. Asked again, it answers the same erasure.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` that was read, several of them, or `*` for any; another revision answers 412. */
                    "If-Match"?: string;
                    /** @description `*`: only if there is none yet; what exists answers 412, and nothing is written. */
                    "If-None-Match"?: string;
                };
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    externalId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Begun */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BegunErasure"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Set subscription, tags, attributes and aliases of a user
         * @description Absent fields stay, `null` takes away; attributes may nest, add up (`$inc`), and change their lists (`$add`, `$remove`). A server key makes a user that nobody knew. The next send sees the change.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The `ETag` that was read, several of them, or `*` for any; another revision answers 412. */
                    "If-Match"?: string;
                    /** @description `*`: only if there is none yet; what exists answers 412, and nothing is written. */
                    "If-None-Match"?: string;
                    /** @description For sdk keys: the installation of this user that calls. */
                    "X-Installation-Id"?: string;
                    /** @description For sdk keys: the `installationSecret` that the first PUT answered. */
                    "X-Installation-Secret"?: string;
                    /** @description For sdk keys, when a known user is concerned and the app asks for it: a JWT (RS256, ES256, ES384 or ES512) with `sub` = externalId, `aud` = app, `exp` at most 24 hours ahead. */
                    "X-User-Token"?: string;
                };
                path: {
                    app: string;
                    /** @description The app's own id of the person; no placeholder such as `null`. */
                    externalId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/merge-patch+json": components["schemas"]["UserPatchInput"];
                    "application/json": components["schemas"]["UserPatchInput"];
                };
            };
            responses: {
                /** @description The user as it is now; an sdk key sees what it may write */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PatchedUser"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/apps/{app}/users/track": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell attributes, tags and events of up to 1,000 people
         * @description Each item is answered for itself: a bad one refuses no other. People whose external id or alias is new are made. An event counts once by its id and starts the campaigns that wait for it; a sum (`$inc`) is added by every call that says it, so give such calls an `Idempotency-Key`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description For 24 hours the same key and body get the same answer. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    app: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TrackItemsInput"];
                };
            };
            responses: {
                /** @description What became of each item, in order */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TrackResults"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/installations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an installation; an sdk key only its own */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description For sdk keys: the `installationSecret` that the first PUT answered. */
                    "X-Installation-Secret"?: string;
                    /** @description For sdk keys, when a known user is concerned and the app asks for it: a JWT (RS256, ES256, ES384 or ES512) with `sub` = externalId, `aud` = app, `exp` at most 24 hours ahead. */
                    "X-User-Token"?: string;
                };
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The installation, without its token */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InstallationAnswer"];
                    };
                };
            };
        };
        /**
         * Register an installation, refresh its token and start its session: the one call per app start
         * @description Absent fields stay as they are, `null` clears. The first call needs `platform` and `provider`. Of an sdk key, an optional field that does not hold, and tags and attributes that the app keeps for its servers, are left out and named in `ignoredFields`.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description For sdk keys: the `installationSecret` that the first PUT answered. */
                    "X-Installation-Secret"?: string;
                    /** @description For sdk keys, when a known user is concerned and the app asks for it: a JWT (RS256, ES256, ES384 or ES512) with `sub` = externalId, `aud` = app, `exp` at most 24 hours ahead. */
                    "X-User-Token"?: string;
                    /** @description The `ETag` that was read, several of them, or `*` for any; another revision answers 412. */
                    "If-Match"?: string;
                    /** @description `*`: only if there is none yet; what exists answers 412, and nothing is written. */
                    "If-None-Match"?: string;
                };
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters; no placeholder such as `null` */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["InstallationRegistrationInput"];
                };
            };
            responses: {
                /** @description Registered again */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisteredInstallation"];
                    };
                };
                /** @description Registered for the first time */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegisteredInstallation"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Forget an installation
         * @description The same id may be registered again at once.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description For sdk keys: the `installationSecret` that the first PUT answered. */
                    "X-Installation-Secret"?: string;
                    /** @description For sdk keys, when a known user is concerned and the app asks for it: a JWT (RS256, ES256, ES384 or ES512) with `sub` = externalId, `aud` = app, `exp` at most 24 hours ahead. */
                    "X-User-Token"?: string;
                    /** @description The `ETag` that was read, several of them, or `*` for any; another revision answers 412. */
                    "If-Match"?: string;
                    /** @description `*`: only if there is none yet; what exists answers 412, and nothing is written. */
                    "If-None-Match"?: string;
                };
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Forgotten */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change fields of an installation
         * @description JSON Merge Patch (RFC 7396), or JSON Patch (RFC 6902) over the fields that may be changed. All of it holds, or nothing does.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description For sdk keys: the `installationSecret` that the first PUT answered. */
                    "X-Installation-Secret"?: string;
                    /** @description For sdk keys, when a known user is concerned and the app asks for it: a JWT (RS256, ES256, ES384 or ES512) with `sub` = externalId, `aud` = app, `exp` at most 24 hours ahead. */
                    "X-User-Token"?: string;
                    /** @description The `ETag` that was read, several of them, or `*` for any; another revision answers 412. */
                    "If-Match"?: string;
                    /** @description `*`: only if there is none yet; what exists answers 412, and nothing is written. */
                    "If-None-Match"?: string;
                };
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/merge-patch+json": components["schemas"]["InstallationPatchInput"];
                    "application/json": components["schemas"]["InstallationPatchInput"];
                    "application/json-patch+json": components["schemas"]["JsonPatchInput"];
                };
            };
            responses: {
                /** @description The installation as it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InstallationAnswer"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/apps/{app}/installations/{id}/user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * changeUser: from now on the installation rings for this user
         * @description An unknown user is made. The same user again changes nothing. What was planned for the user before is not sent to this one.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description For sdk keys: the `installationSecret` that the first PUT answered. */
                    "X-Installation-Secret"?: string;
                    /** @description For sdk keys, when a known user is concerned and the app asks for it: a JWT (RS256, ES256, ES384 or ES512) with `sub` = externalId, `aud` = app, `exp` at most 24 hours ahead. */
                    "X-User-Token"?: string;
                    /** @description The `ETag` that was read, several of them, or `*` for any; another revision answers 412. */
                    "If-Match"?: string;
                    /** @description `*`: only if there is none yet; what exists answers 412, and nothing is written. */
                    "If-None-Match"?: string;
                };
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UserChangeInput"];
                };
            };
            responses: {
                /** @description The installation has this user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChangedUser"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Detach the user: the installation gets a fresh anonymous one
         * @description Logging out in the app needs no call: the last user stays reachable until another logs in.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description For sdk keys: the `installationSecret` that the first PUT answered. */
                    "X-Installation-Secret"?: string;
                    /** @description For sdk keys, when a known user is concerned and the app asks for it: a JWT (RS256, ES256, ES384 or ES512) with `sub` = externalId, `aud` = app, `exp` at most 24 hours ahead. */
                    "X-User-Token"?: string;
                    /** @description The `ETag` that was read, several of them, or `*` for any; another revision answers 412. */
                    "If-Match"?: string;
                    /** @description `*`: only if there is none yet; what exists answers 412, and nothing is written. */
                    "If-None-Match"?: string;
                };
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The installation is anonymous */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChangedUser"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Set subscription, attributes and tags of the owner, whoever that is
         * @description Absent fields stay, `null` takes away; tags come and go by name. Anonymous owners, too. An sdk key writes what `settings.sdkWritable` of the app opens.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description For sdk keys: the `installationSecret` that the first PUT answered. */
                    "X-Installation-Secret"?: string;
                    /** @description For sdk keys, when a known user is concerned and the app asks for it: a JWT (RS256, ES256, ES384 or ES512) with `sub` = externalId, `aud` = app, `exp` at most 24 hours ahead. */
                    "X-User-Token"?: string;
                };
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/merge-patch+json": components["schemas"]["OwnerPatchInput"];
                    "application/json": components["schemas"]["OwnerPatchInput"];
                };
            };
            responses: {
                /** @description The owner as it is now; an sdk key sees what it may write */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Owner"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/apps/{app}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin an import of installations and users
         * @description Parts come next, then `start`. Every line is imported exactly once, whatever dies in between.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    app: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["NewImportInput"];
                };
            };
            responses: {
                /** @description Open: it takes parts */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far an import has come */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description State, counts, rate and the first 100 problems */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/imports/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read the parts that have come
         * @description Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It runs, or has run */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apps/{app}/imports/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End an import before its end
         * @description What it has written stays. Safe to repeat.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    app: string;
                    /** @description Percent-encoded UTF-8, up to 128 characters */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Cancelled */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Another name of a person. One name of a label is one person. */
        Alias: {
            label: string;
            name: string;
        };
        /** @description Another name of a person. One name of a label is one person. */
        AliasInput: {
            label: string;
            name: string;
        };
        /** @description Names match `^[\p{L}\p{N}_ @#:-]{1,120}(?:\.[\p{L}\p{N}_ @#:-]{1,120}){0,2}$`. */
        AttributeChangesInput: {
            [key: string]: components["schemas"]["AttributeValueInput"] | components["schemas"]["AttributeChangesInputValueInc"] | components["schemas"]["AttributeChangesInputValueAdd"] | components["schemas"]["AttributeChangesInputValueRemove"] | {
                [key: string]: components["schemas"]["AttributeValueInput"] | components["schemas"]["AttributeChangesInputValueValueInc"] | components["schemas"]["AttributeChangesInputValueValueAdd"] | components["schemas"]["AttributeChangesInputValueValueRemove"] | {
                    [key: string]: components["schemas"]["AttributeValueInput"] | components["schemas"]["AttributeChangesInputValueValueValueInc"] | components["schemas"]["AttributeChangesInputValueValueValueAdd"] | components["schemas"]["AttributeChangesInputValueValueValueRemove"] | null;
                } | null;
            } | null;
        };
        /** @description Texts that come into a list, each once. */
        AttributeChangesInputValueAdd: {
            $add: string[];
        };
        /** @description Adds to a number; to nothing as to 0. */
        AttributeChangesInputValueInc: {
            $inc: number;
        };
        /** @description Texts that leave a list. */
        AttributeChangesInputValueRemove: {
            $remove: string[];
        };
        /** @description Texts that come into a list, each once. */
        AttributeChangesInputValueValueAdd: {
            $add: string[];
        };
        /** @description Adds to a number; to nothing as to 0. */
        AttributeChangesInputValueValueInc: {
            $inc: number;
        };
        /** @description Texts that leave a list. */
        AttributeChangesInputValueValueRemove: {
            $remove: string[];
        };
        /** @description Texts that come into a list, each once. */
        AttributeChangesInputValueValueValueAdd: {
            $add: string[];
        };
        /** @description Adds to a number; to nothing as to 0. */
        AttributeChangesInputValueValueValueInc: {
            $inc: number;
        };
        /** @description Texts that leave a list. */
        AttributeChangesInputValueValueValueRemove: {
            $remove: string[];
        };
        /** @description Text (a date is RFC 3339 text), a number, true or false, or a list of texts. */
        AttributeValue: string | number | boolean | string[];
        /** @description Text (a date is RFC 3339 text), a number, true or false, or a list of texts. */
        AttributeValueInput: string | number | boolean | string[];
        /** @description Names match `^[\p{L}\p{N}_ @#:-]{1,120}$`. */
        Attributes: {
            [key: string]: components["schemas"]["AttributeValue"];
        };
        /** @description Names match `^[\p{L}\p{N}_ @#:-]{1,120}$`. */
        AttributesInput: {
            [key: string]: components["schemas"]["AttributeValueInput"];
        };
        BegunErasure: {
            erasure: string;
        };
        ChangedUser: {
            userId: string;
            externalId: string | null;
            /** @description Of the installation. */
            revision: number;
            /** @description For server keys only. */
            previousUserId?: string;
            /** @description For server keys only. */
            previousExternalId?: string | null;
            /** @description For sdk keys: fields of the body that were left out: this server does not know them, they do not hold, or the app keeps them for its servers. */
            ignoredFields?: string[];
        };
        CloudEventBatchInput: components["schemas"]["CloudEventInput"][];
        /** @description Structured mode; extensions are taken. */
        CloudEventInput: {
            /** @constant */
            specversion: "1.0";
            id: string;
            source: string;
            type: string;
            time?: string;
            datacontenttype?: string;
            data?: {
                [key: string]: unknown;
            };
            data_base64?: string;
        } & {
            [key: string]: unknown;
        };
        ConversionInput: {
            event: string;
            /**
             * @description After the message was opened, else after the provider accepted it.
             * @default P3D
             */
            within?: string;
            /** @description A property of the event whose numbers are summed. */
            value?: string;
        };
        CreatedSend: {
            sendId: string;
            /** @enum {string} */
            state: "scheduled" | "planning" | "sending" | "paused" | "stopped" | "failed" | "done" | "no_target";
            recipients: number;
            /** @description Ids of `to.users` that nobody has; null for other targets. */
            unknownUsers: number | null;
            /** @description Users none of whose installations could be sent to; null for other targets. */
            unreachableUsers: number | null;
            /** @description Tokens that no installation holds; null for other targets. */
            unknownTokens: number | null;
            /** @description Fields of the message that some provider has no place for. */
            warnings: components["schemas"]["SendWarning"][];
        };
        /** @description Binary mode: `ce-` headers hold the rest of the event. */
        EventDataInput: {
            [key: string]: unknown;
        };
        /** @description Names match `^[\p{L}\p{N}_ .:@#-]{1,120}$`. */
        EventNameInput: string;
        /** @description Names match `^[\p{L}\p{N}_ @#:-]{1,120}(?:\.[\p{L}\p{N}_ @#:-]{1,120}){0,2}$`. */
        EventPropertiesInput: {
            [key: string]: components["schemas"]["AttributeValueInput"] | {
                [key: string]: components["schemas"]["AttributeValueInput"] | {
                    [key: string]: components["schemas"]["AttributeValueInput"];
                };
            };
        };
        EventVerdicts: {
            id: string | null;
            /** @enum {string} */
            status: "accepted" | "duplicate" | "rejected";
            /** @description Fields of the message that some provider has no place for. */
            warnings?: components["schemas"]["SendWarning"][];
            /** @description Why it is rejected; absent where the answer has no room for it. */
            problem?: {
                code: string;
                detail: string;
                errors: {
                    pointer: string;
                    message: string;
                    position?: number;
                }[];
                /** @description Further problems that the answer has no room for. */
                more?: number;
            };
        }[];
        /** @description A tree of `and`, `or`, `not` and conditions on tags, attributes, device, user, place, time and chance: docs/targeting.md. */
        FilterInput: {
            [key: string]: unknown;
        };
        Import: {
            id: string;
            /** @enum {string} */
            format: "carillon" | "azure" | "appcenter" | "braze" | "onesignal" | "pinpoint" | "unifiedpush";
            /** @enum {string} */
            mode: "create" | "upsert";
            dryRun: boolean;
            /** @enum {string} */
            state: "open" | "running" | "done" | "failed" | "cancelled";
            failure: string | null;
            parts: components["schemas"]["ImportPart"][];
            lines: number;
            created: number;
            updated: number;
            existing: number;
            rejected: number;
            /** @description All of them: `GET …/errors`. */
            problems: number;
            /** @description The first 100 problems. */
            errors: components["schemas"]["ImportProblem"][];
            /** @description While lines are read; `null` before. */
            linesPerSecond: number | null;
            /** @description From the bytes that are left; `null` unless it runs. */
            remainingSeconds: number | null;
            createdAt: string;
            startedAt: string | null;
            finishedAt: string | null;
        };
        ImportPart: {
            part: number;
            /** @description Inflated. */
            bytes: number;
        };
        ImportProblem: {
            part: number;
            /** @description From 1, a header included; of an array of JSON, the number of the object. */
            line: number;
            pointer: string;
            message: string;
            /** @description `false`: the line was taken, without this. */
            rejected: boolean;
        };
        InstallationAnswer: {
            id: string;
            app: string;
            bundleId: string | null;
            userId: string;
            externalId: string | null;
            /** @description The user was named by a signed token or by a server key. */
            userVerified: boolean;
            userRevision: number;
            ownerEpoch: number;
            /** @enum {string} */
            platform: "ios" | "ipados" | "macos" | "tvos" | "watchos" | "visionos" | "android" | "windows" | "web" | "fireos" | "kindle" | "harmonyos";
            /** @enum {string} */
            provider: "apns" | "fcm" | "wns" | "webpush" | "adm" | "baidu" | "hms";
            /** @enum {string} */
            environment: "production" | "sandbox";
            /** @description Names the token without showing it; absent without a token. */
            tokenFingerprint?: string;
            tokenRegisteredAt: string | null;
            tokenConfirmedAt: string | null;
            tokenSuspect: string | null;
            tokenLostReason: string | null;
            tokenLostAt: string | null;
            /** @description When the app was found to be gone from the device, as its provider says or else when it said so; a trend, as APNs answers late. */
            uninstalledAt: string | null;
            /** @description Since when the provider takes what is sent and drops it, all of it (WNS); after 30 days the app counts as uninstalled. */
            droppedSince: string | null;
            /** @enum {string} */
            permission: "granted" | "provisional" | "denied" | "not_asked";
            notificationsEnabled: boolean;
            mutedChannels: string[];
            tags: components["schemas"]["Tag"][];
            attributes: components["schemas"]["Attributes"];
            templates: {
                [key: string]: {
                    body: string;
                    headers?: {
                        [key: string]: string;
                    };
                };
            };
            pushVariables: {
                [key: string]: string;
            };
            appVersion: string | null;
            sdkVersion: string | null;
            osVersion: string | null;
            model: string | null;
            manufacturer: string | null;
            locale: string | null;
            language: string | null;
            country: string | null;
            carrier: string | null;
            timeZone: string | null;
            screenSize: string | null;
            location: {
                lat: number;
                lon: number;
            } | null;
            firstSeenAt: string;
            lastSeenAt: string;
            expiresAt: string | null;
            revision: number;
            slot: number;
            /** @description For sdk keys: fields of the body that were left out: this server does not know them, they do not hold, or the app keeps them for its servers. */
            ignoredFields?: string[];
        };
        InstallationOfUser: {
            id: string;
            /** @enum {string} */
            platform: "ios" | "ipados" | "macos" | "tvos" | "watchos" | "visionos" | "android" | "windows" | "web" | "fireos" | "kindle" | "harmonyos";
            /** @enum {string} */
            provider: "apns" | "fcm" | "wns" | "webpush" | "adm" | "baidu" | "hms";
            /** @description `Foreground: <app>`, `Background: <app>`, or `--` without a token. */
            pushRegisteredFor: string;
            notificationsEnabled: boolean;
            /** @enum {string} */
            permission: "granted" | "provisional" | "denied" | "not_asked";
            /** @description The user was named by a signed token or by a server key. */
            userVerified: boolean;
            tokenFingerprint?: string;
            locale: string | null;
            lastSeenAt: string;
        };
        InstallationPatchInput: {
            /** @description The bundle id of the app, as APNs knows it, or its package name; no topic of another push type, such as `….voip`. */
            bundleId?: string | null;
            /** @enum {string} */
            platform?: "ios" | "ipados" | "macos" | "tvos" | "watchos" | "visionos" | "android" | "windows" | "web" | "fireos" | "kindle" | "harmonyos";
            /** @enum {string} */
            provider?: "apns" | "fcm" | "wns" | "webpush" | "adm" | "baidu" | "hms";
            /** @enum {string|null} */
            environment?: "production" | "sandbox" | null;
            mutedChannels?: string[] | null;
            tags?: components["schemas"]["TagInput"][] | null;
            attributes?: {
                [key: string]: components["schemas"]["AttributeValueInput"] | null;
            } | null;
            /** @description Messages in the words of the installation’s provider, by name, which sends fill (`installationTemplate`). The whole set. Names match `^[A-Za-z0-9_@#.:-]{1,120}$`. */
            templates?: {
                [key: string]: components["schemas"]["InstallationTemplateInput"];
            } | null;
            /** @description What templates may name where a send says nothing under the name. Names match `^[A-Za-z0-9_]{1,120}$`. */
            pushVariables?: {
                [key: string]: string;
            } | null;
            expiresAt?: string | null;
            token?: string | components["schemas"]["WebPushTokenInput"] | null;
            /** @enum {string|null} */
            permission?: "granted" | "provisional" | "denied" | "not_asked" | null;
            notificationsEnabled?: boolean | null;
            appVersion?: string | null;
            sdkVersion?: string | null;
            osVersion?: string | null;
            model?: string | null;
            manufacturer?: string | null;
            /** @description BCP 47; `pt_BR` and the like are taken too. Stored and shown in its canonical form: `iw-IL` is `he-IL`. */
            locale?: string | null;
            language?: string | null;
            country?: string | null;
            carrier?: string | null;
            timeZone?: string | null;
            screenSize?: string | null;
            location?: {
                lat: number;
                lon: number;
                /** @description The radius in which the device is likely to be, metres. */
                accuracyMetres?: number;
            } | null;
        };
        InstallationRegistrationInput: {
            /** @description The bundle id of the app, as APNs knows it, or its package name; no topic of another push type, such as `….voip`. */
            bundleId?: string | null;
            /** @enum {string} */
            platform?: "ios" | "ipados" | "macos" | "tvos" | "watchos" | "visionos" | "android" | "windows" | "web" | "fireos" | "kindle" | "harmonyos";
            /** @enum {string} */
            provider?: "apns" | "fcm" | "wns" | "webpush" | "adm" | "baidu" | "hms";
            /** @enum {string|null} */
            environment?: "production" | "sandbox" | null;
            mutedChannels?: string[] | null;
            tags?: components["schemas"]["TagInput"][] | null;
            attributes?: components["schemas"]["AttributesInput"] | null;
            /** @description Messages in the words of the installation’s provider, by name, which sends fill (`installationTemplate`). The whole set. Names match `^[A-Za-z0-9_@#.:-]{1,120}$`. */
            templates?: {
                [key: string]: components["schemas"]["InstallationTemplateInput"];
            } | null;
            /** @description What templates may name where a send says nothing under the name. Names match `^[A-Za-z0-9_]{1,120}$`. */
            pushVariables?: {
                [key: string]: string;
            } | null;
            expiresAt?: string | null;
            token?: string | components["schemas"]["WebPushTokenInput"] | null;
            /** @enum {string|null} */
            permission?: "granted" | "provisional" | "denied" | "not_asked" | null;
            notificationsEnabled?: boolean | null;
            appVersion?: string | null;
            sdkVersion?: string | null;
            osVersion?: string | null;
            model?: string | null;
            manufacturer?: string | null;
            /** @description BCP 47; `pt_BR` and the like are taken too. Stored and shown in its canonical form: `iw-IL` is `he-IL`. */
            locale?: string | null;
            language?: string | null;
            country?: string | null;
            carrier?: string | null;
            timeZone?: string | null;
            screenSize?: string | null;
            location?: {
                lat: number;
                lon: number;
                /** @description The radius in which the device is likely to be, metres. */
                accuracyMetres?: number;
            } | null;
            /** @description Whose installation it is; `null` detaches the user. */
            externalId?: string | null;
        };
        InstallationTemplateInput: {
            /** @description A JSON object as the provider takes it (`overrides` of a message has the same form), with expressions in its texts. */
            body: string;
            /** @description Headers of the provider, where it has some. */
            headers?: {
                [key: string]: string;
            };
        };
        JsonPatchInput: (components["schemas"]["JsonPatchInputItemAdd"] | components["schemas"]["JsonPatchInputItemReplace"] | components["schemas"]["JsonPatchInputItemTest"] | components["schemas"]["JsonPatchInputItemRemove"] | components["schemas"]["JsonPatchInputItemMove"] | components["schemas"]["JsonPatchInputItemCopy"])[];
        JsonPatchInputItemAdd: {
            /** @constant */
            op: "add";
            path: string;
            value: unknown;
        };
        JsonPatchInputItemCopy: {
            /** @constant */
            op: "copy";
            path: string;
            from: string;
        };
        JsonPatchInputItemMove: {
            /** @constant */
            op: "move";
            path: string;
            from: string;
        };
        JsonPatchInputItemRemove: {
            /** @constant */
            op: "remove";
            path: string;
        };
        JsonPatchInputItemReplace: {
            /** @constant */
            op: "replace";
            path: string;
            value: unknown;
        };
        JsonPatchInputItemTest: {
            /** @constant */
            op: "test";
            path: string;
            value: unknown;
        };
        MessageInput: {
            title?: string;
            subtitle?: string;
            body?: string;
            image?: string;
            icon?: string;
            sound?: string;
            badge?: number | string;
            data?: {
                [key: string]: string;
            };
            link?: string;
            actions?: {
                id: string;
                title: string;
                link?: string;
            }[];
            category?: string;
            androidChannel?: string;
            silent?: boolean;
            /** @enum {string} */
            interruptionLevel?: "passive" | "active" | "time-sensitive" | "critical";
            localized?: {
                [key: string]: {
                    title?: string;
                    subtitle?: string;
                    body?: string;
                    image?: string;
                    link?: string;
                };
            };
            overrides?: {
                apns?: {
                    [key: string]: unknown;
                };
                fcm?: {
                    [key: string]: unknown;
                };
                wns?: {
                    [key: string]: unknown;
                };
                webpush?: {
                    [key: string]: unknown;
                };
                adm?: {
                    [key: string]: unknown;
                };
                baidu?: {
                    [key: string]: unknown;
                };
                hms?: {
                    [key: string]: unknown;
                };
            };
            /** @description The name of a template that installations have: each is sent its own, filled with `properties`. In the place of all else. */
            installationTemplate?: string;
            /** @description What the template of an installation may name: texts by name. Names match `^[A-Za-z0-9_]{1,120}$`. */
            properties?: {
                [key: string]: string;
            };
        };
        MetadataInput: {
            [key: string]: string;
        };
        NewImportInput: {
            /**
             * @description Whose files the parts are: docs/imports.md.
             * @default carillon
             * @enum {string}
             */
            format?: "carillon" | "azure" | "appcenter" | "braze" | "onesignal" | "pinpoint" | "unifiedpush";
            /**
             * @description `create` makes what is not there, `upsert` also changes what is.
             * @default create
             * @enum {string}
             */
            mode?: "create" | "upsert";
            /**
             * @description Says what would become of each line, and writes none.
             * @default false
             */
            dryRun?: boolean;
            /** @description How many parts there are to be; `start` is refused before. */
            parts?: number;
        };
        OwnUser: {
            externalId: string;
            /** @enum {string} */
            subscription: "subscribed" | "opted_in" | "unsubscribed";
            tags: components["schemas"]["Tag"][];
            attributes: components["schemas"]["UserAttributes"];
            /** @description For sdk keys: fields of the body that were left out: this server does not know them, they do not hold, or the app keeps them for its servers. */
            ignoredFields?: string[];
        };
        Owner: {
            /** @description null: the owner is anonymous. */
            externalId: string | null;
            /** @enum {string} */
            subscription: "subscribed" | "opted_in" | "unsubscribed";
            tags: components["schemas"]["Tag"][];
            attributes: components["schemas"]["UserAttributes"];
            /** @description For sdk keys: fields of the body that were left out: this server does not know them, they do not hold, or the app keeps them for its servers. */
            ignoredFields?: string[];
        };
        OwnerPatchInput: {
            /** @enum {string} */
            subscription?: "subscribed" | "opted_in" | "unsubscribed";
            attributes?: components["schemas"]["AttributeChangesInput"] | null;
            tags?: components["schemas"]["TagChangeInput"];
        };
        PatchedUser: components["schemas"]["User"] | components["schemas"]["OwnUser"];
        RampStepInput: {
            /** @description Of all installations, with the steps before */
            percent: number;
            /** @description Until the next step, once this one is planned */
            wait: string;
            /** @description Then the send is stopped in the place of the next step, `ramp_failed`: so many of the messages with a last word had failed */
            stopIf?: {
                failedPercent: number;
            };
        };
        RegisteredInstallation: {
            id: string;
            app: string;
            bundleId: string | null;
            userId: string;
            externalId: string | null;
            /** @description The user was named by a signed token or by a server key. */
            userVerified: boolean;
            userRevision: number;
            ownerEpoch: number;
            /** @enum {string} */
            platform: "ios" | "ipados" | "macos" | "tvos" | "watchos" | "visionos" | "android" | "windows" | "web" | "fireos" | "kindle" | "harmonyos";
            /** @enum {string} */
            provider: "apns" | "fcm" | "wns" | "webpush" | "adm" | "baidu" | "hms";
            /** @enum {string} */
            environment: "production" | "sandbox";
            /** @description Names the token without showing it; absent without a token. */
            tokenFingerprint?: string;
            tokenRegisteredAt: string | null;
            tokenConfirmedAt: string | null;
            tokenSuspect: string | null;
            tokenLostReason: string | null;
            tokenLostAt: string | null;
            /** @description When the app was found to be gone from the device, as its provider says or else when it said so; a trend, as APNs answers late. */
            uninstalledAt: string | null;
            /** @description Since when the provider takes what is sent and drops it, all of it (WNS); after 30 days the app counts as uninstalled. */
            droppedSince: string | null;
            /** @enum {string} */
            permission: "granted" | "provisional" | "denied" | "not_asked";
            notificationsEnabled: boolean;
            mutedChannels: string[];
            tags: components["schemas"]["Tag"][];
            attributes: components["schemas"]["Attributes"];
            templates: {
                [key: string]: {
                    body: string;
                    headers?: {
                        [key: string]: string;
                    };
                };
            };
            pushVariables: {
                [key: string]: string;
            };
            appVersion: string | null;
            sdkVersion: string | null;
            osVersion: string | null;
            model: string | null;
            manufacturer: string | null;
            locale: string | null;
            language: string | null;
            country: string | null;
            carrier: string | null;
            timeZone: string | null;
            screenSize: string | null;
            location: {
                lat: number;
                lon: number;
            } | null;
            firstSeenAt: string;
            lastSeenAt: string;
            expiresAt: string | null;
            revision: number;
            slot: number;
            created: boolean;
            tokenChanged: boolean;
            /** @description Answered once, to the first sdk key; later sdk calls carry it in X-Installation-Secret. */
            installationSecret?: string;
            /** @description For sdk keys: fields of the body that were left out: this server does not know them, they do not hold, or the app keeps them for its servers. */
            ignoredFields?: string[];
        };
        Send: {
            id: string;
            /** @description Equal to `id`. */
            sendId: string;
            campaign: string | null;
            /** @description The revision of the campaign that it was made of. */
            campaignRevision: number | null;
            /** @description The send that it takes back (`recall`). */
            replaces: string | null;
            /** @description The variant of the campaign. */
            variant: string | null;
            /** @enum {string} */
            state: "scheduled" | "planning" | "sending" | "paused" | "stopped" | "failed" | "done" | "no_target";
            stateReason: string | null;
            waitingFor: {
                /** @enum {string} */
                what: "system" | "time" | "provider" | "credentials" | "resume" | "planner" | "dispatcher" | "feedback";
                provider: string | null;
                /** @enum {string} */
                reason: "held" | "planned_for_later" | "ramp" | "provider_paused" | "breaker_open" | "credentials_missing" | "credentials_refused" | "paused" | "no_consumers";
                since: string | null;
                detail: string | null;
                retryAt: string | null;
            }[];
            lastProgressAt: string;
            planning: {
                slices: number;
                done: number;
            };
            /** @description Whom the target selected when the send was created. */
            recipients: number;
            /** @description targeted = suppressed + accepted + failed + remaining */
            counts: {
                users: number | null;
                targeted: number;
                suppressed: number;
                accepted: number;
                failed: number;
                remaining: number;
                possibleDuplicates: number;
            };
            /** @description Sums to `failed`. */
            outcomes: {
                [key: string]: number;
            };
            /** @description Sums to `suppressed`. */
            suppressedBy: {
                [key: string]: number;
            };
            byProvider: {
                [key: string]: {
                    targeted: number;
                    suppressed: number;
                    accepted: number;
                    failed: number;
                    remaining: number;
                };
            };
            /** @description Distinct messages, by what their devices said of them. */
            receipts: {
                received: number;
                displayed: number;
                opened: number;
                dismissed: number;
                /** @description By the id of the button that was pressed; the hundred that were pressed most. */
                actions: {
                    [key: string]: number;
                };
                /** @description Of the accepted messages, to four places; null where none was accepted. */
                rates: {
                    received: number | null;
                    displayed: number | null;
                    opened: number | null;
                    dismissed: number | null;
                };
            };
            /** @description Messages whose user did what they were for; null where the send names nothing. */
            conversions: {
                count: number;
                /** @description The sum of the property that the conversion names. */
                value: number;
                /** @description What the event came after. */
                after: {
                    opened: number;
                    accepted: number;
                };
            } | null;
            dryRun: boolean;
            /** @description Of a dry run: how long the messages would take at the best rates that were measured lately, and not faster than its own; null of others, and where nothing tells. */
            expectedSeconds: number | null;
            /** @description Of a dry run: what messages of a sample of up to 1,000 come to, by provider, as it counts them, and the most that it takes; null of others, and where no dispatcher was there. */
            bytes: {
                [key: string]: {
                    of: number;
                    largest: number;
                    percentile99: number;
                    limit: number;
                };
            } | null;
            metadata: {
                [key: string]: string;
            };
            /** @description Fields of the message that some provider has no place for. */
            warnings: components["schemas"]["SendWarning"][];
            /** @description The fault that most answers to its first messages had in common, for which the rest was held back (`canary_failed`); null where there was none. */
            canary: {
                provider: string;
                outcome: string;
                reason: string | null;
                answers: number;
                bad: number;
            } | null;
            createdAt: string;
            /** @description How far its ramp is: the step that is open, from 0, how many percent have it then, and when the next one begins; null of a send without one. */
            ramp: {
                step: number;
                steps: number;
                percent: number;
                nextAt: string | null;
            } | null;
            /** @description When the last of a send with a rate goes; null of others, and while it is paused. */
            expectedEndAt: string | null;
            /** @description When a send that waits for its time goes out; null once it goes. */
            sendAt: string | null;
            expiresAt: string;
            finishedAt: string | null;
        };
        SendOptionsInput: {
            /**
             * @default marketing
             * @enum {string}
             */
            purpose?: "marketing" | "transactional";
            /** @description Seconds from acceptance; 259,200 for marketing and 3,600 for transactional sends unless said. 0 is now or never: it is sent within a minute, and no provider keeps it for a phone that is off. */
            ttl?: number;
            /**
             * @default subscribed
             * @enum {string}
             */
            subscription?: "subscribed" | "opted_in" | "all";
            collapseId?: string;
            /**
             * @description high for transactional, normal for marketing, low for silent sends unless said.
             * @enum {string}
             */
            priority?: "high" | "normal" | "low";
            maxRecipients?: number;
            /** @default false */
            dryRun?: boolean;
            /** @description So many messages go in any minute, to a twentieth, over all providers; as many as there are unless said. */
            ratePerMinute?: number;
            /** @description Shares that have it before the rest; who is in which follows from a hash */
            ramp?: components["schemas"]["RampStepInput"][];
            /** @description FCM and HMS look at every message, its token included, and deliver none; other providers cannot, and their installations are suppressed as `validation_unavailable`. A `dryRun` asks no provider. */
            validateOnly?: boolean;
            /** @description When it goes out, within a year; `ttl` begins then. One of the last 24 hours is at once. Whom it reaches is looked up when it goes. */
            sendAt?: string;
            /** @description A name of yours under which `POST …/sends/cancel` stops it, and whatever else comes under it within 24 hours. */
            cancelKey?: string;
        };
        SendPage: {
            items: components["schemas"]["Send"][];
            cursor: string | null;
        };
        SendRequestInput: {
            to: components["schemas"]["TargetInput"];
            message?: components["schemas"]["MessageInput"];
            variables?: components["schemas"]["VariablesInput"];
            options?: components["schemas"]["SendOptionsInput"];
            metadata?: components["schemas"]["MetadataInput"];
            /** @description The event of a user that the messages are for. */
            conversion?: components["schemas"]["ConversionInput"];
            /** @description The name of a template, in the place of `message`. */
            template?: string;
        };
        SendWarning: {
            provider: string;
            field: string;
            why: string;
        };
        Tag: string;
        TagChangeInput: {
            add?: components["schemas"]["TagInput"][];
            remove?: components["schemas"]["TagInput"][];
        };
        TagInput: string;
        /** @description Exactly one of everyone, tags, filter, audience, users, installations, provider with tokens, topic and condition. */
        TargetInput: components["schemas"]["TargetInputEveryone"] | components["schemas"]["TargetInputTags"] | components["schemas"]["TargetInputFilter"] | components["schemas"]["TargetInputAudience"] | components["schemas"]["TargetInputUsers"] | components["schemas"]["TargetInputInstallations"] | components["schemas"]["TargetInputProvider"] | components["schemas"]["TargetInputTopic"] | components["schemas"]["TargetInputCondition"];
        TargetInputAudience: {
            /** @description The name of a saved audience. */
            audience: string;
        };
        TargetInputCondition: {
            /** @description One to five topics of FCM with `&&`, `||`, `!` and parentheses: one message. */
            condition: string;
        };
        TargetInputEveryone: {
            /** @description Always `true`. */
            everyone: boolean;
        };
        TargetInputFilter: {
            filter: components["schemas"]["FilterInput"];
        };
        TargetInputInstallations: {
            installations: string[];
        };
        TargetInputProvider: {
            /** @enum {string} */
            provider: "apns" | "fcm" | "wns" | "webpush" | "adm" | "baidu" | "hms";
            tokens: (string | components["schemas"]["TargetInputTokensItemEndpoint"])[];
        };
        TargetInputTags: {
            tags: string;
        };
        TargetInputTokensItemEndpoint: {
            endpoint: string;
            keys: {
                p256dh: string;
                auth: string;
            };
            applicationServerKey?: string;
        };
        TargetInputTopic: {
            /** @description A topic of FCM: one message, which FCM gives to whoever is subscribed. */
            topic: string;
        };
        TargetInputUsers: {
            users: (string | components["schemas"]["TargetInputUsersItemExternalId"])[];
        };
        TargetInputUsersItemExternalId: {
            /** @description The app's own id of the person. */
            externalId: string;
            variables?: components["schemas"]["VariablesInput"];
        };
        TrackItemInput: {
            /** @description The app's own id of the person; no placeholder such as `null`. */
            externalId?: string;
            alias?: components["schemas"]["AliasInput"];
            /** @description Whoever owns it. */
            installation?: string;
            /** @enum {string} */
            subscription?: "subscribed" | "opted_in" | "unsubscribed";
            attributes?: components["schemas"]["AttributeChangesInput"] | null;
            tags?: components["schemas"]["TagChangeInput"];
            events?: components["schemas"]["TrackedEventInput"][];
        };
        TrackItemsInput: components["schemas"]["TrackItemInput"][];
        TrackResults: {
            /** @description Of each item, in order. */
            items: {
                /** @enum {string} */
                status: "accepted" | "duplicate" | "rejected";
                /** @description Why it is rejected; absent where the answer has no room for it. */
                problem?: {
                    code: string;
                    detail: string;
                    errors: {
                        pointer: string;
                        message: string;
                    }[];
                    /** @description Further problems that the answer has no room for. */
                    more?: number;
                };
            }[];
            accepted: number;
            rejected: number;
        };
        TrackedEventInput: {
            /** @description Told twice under one id, it counts once. Absent: it is new. */
            id?: string;
            name: components["schemas"]["EventNameInput"];
            /** @description Up to 30 days ago, at most 5 minutes ahead. Absent: now. */
            at?: string;
            properties?: components["schemas"]["EventPropertiesInput"];
        };
        User: {
            userId: string;
            externalId: string;
            /** @enum {string} */
            subscription: "subscribed" | "opted_in" | "unsubscribed";
            tags: components["schemas"]["Tag"][];
            attributes: components["schemas"]["UserAttributes"];
            /** @description Other names of the person. */
            aliases: components["schemas"]["Alias"][];
            subscriptionChangedAt: string;
            createdAt: string;
            revision: number;
            installations: components["schemas"]["InstallationOfUser"][];
        };
        UserAttributes: {
            [key: string]: unknown;
        };
        UserChangeInput: {
            /** @description The app's own id of the person; no placeholder such as `null`. */
            externalId: string;
        };
        UserPatchInput: {
            /**
             * @description The person's wish; it holds on every device.
             * @enum {string}
             */
            subscription?: "subscribed" | "opted_in" | "unsubscribed";
            tags?: components["schemas"]["TagInput"][] | null;
            attributes?: components["schemas"]["AttributeChangesInput"] | null;
            /** @description The whole set; not for sdk keys. */
            aliases?: components["schemas"]["AliasInput"][] | null;
        };
        VariablesInput: {
            [key: string]: unknown;
        };
        /** @description What `PushSubscription.toJSON()` gives. */
        WebPushTokenInput: {
            endpoint: string;
            keys: {
                p256dh: string;
                auth: string;
            };
            /** @description The VAPID public key that `subscribe` was given, as base64url. */
            applicationServerKey?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
