/** A certificate that nobody should trust: of its own making, for another name, expired. Its key guards nothing. */
export const certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUZpGp4cUBQhZfSsF
/mK6yAJRuHtXqKvuhEQbRfabbLuhRANCAAR9D7xylso+mWBKu/NIZaq2dVPZkZ9r
yqp8dMtoqxwwl5AoegfM1bxDSxFPuXahMeEcbQl08ewx3ghINhLcPZpf
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBIDCBxgIBATAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBF3cm9uZy5leGFtcGxl
Lm9yZzAeFw0yMDAxMDEwMDAwMDBaFw0yMDAxMDIwMDAwMDBaMBwxGjAYBgNVBAMM
EXdyb25nLmV4YW1wbGUub3JnMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfQ+8
cpbKPplgSrvzSGWqtnVT2ZGfa8qqfHTLaKscMJeQKHoHzNW8Q0sRT7l2oTHhHG0J
dPHsMd4ISDYS3D2aXzAKBggqhkjOPQQDAgNJADBGAiEA4kOWjbk8ICWXJt6UsvNh
4BSkbLEJJPe+ILdja59s4FQCIQDNJizMTjvDHHL3Gode8jia0Q93+DHOCsMi/oXu
Hsn98g==
-----END CERTIFICATE-----
`,
};
