declare const uuidBrand: unique symbol

/** 16 bytes in Kafka's text form: base64url without padding, 22 characters. */
export type Uuid = string & { readonly [uuidBrand]: true }
