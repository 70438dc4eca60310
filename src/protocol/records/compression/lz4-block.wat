;; Decompresses one LZ4 block. Copies go 16 bytes at a time and may write up to 15 bytes beyond what they copy, and
;; read as far beyond the source: the caller leaves 64 bytes free behind both.
(module
  (memory (export "memory") 2)

  ;; The block in [src, srcEnd) becomes bytes from dst on, at most up to dstLimit. Returns where they end, or -1 where
  ;; the block is damaged. Matches do not reach before dst.
  (func (export "decompress")
    (param $src i32) (param $srcEnd i32) (param $dst i32) (param $dstLimit i32) (result i32)
    (local $dstStart i32) (local $token i32) (local $length i32) (local $byte i32)
    (local $match i32) (local $distance i32) (local $copied i32)
    (local.set $dstStart (local.get $dst))
    (loop $sequence
      (if (i32.ge_u (local.get $src) (local.get $srcEnd)) (then (return (i32.const -1))))
      (local.set $token (i32.load8_u (local.get $src)))
      (local.set $src (i32.add (local.get $src) (i32.const 1)))

      ;; Literals: their count in the upper half of the token, 15 means that more bytes follow.
      (local.set $length (i32.shr_u (local.get $token) (i32.const 4)))
      (if (i32.eq (local.get $length) (i32.const 15))
        (then
          (loop $more
            (if (i32.ge_u (local.get $src) (local.get $srcEnd)) (then (return (i32.const -1))))
            (local.set $byte (i32.load8_u (local.get $src)))
            (local.set $src (i32.add (local.get $src) (i32.const 1)))
            (local.set $length (i32.add (local.get $length) (local.get $byte)))
            (br_if $more (i32.eq (local.get $byte) (i32.const 255))))))
      (if (i32.gt_u (local.get $length) (i32.sub (local.get $srcEnd) (local.get $src)))
        (then (return (i32.const -1))))
      (if (i32.gt_u (local.get $length) (i32.sub (local.get $dstLimit) (local.get $dst)))
        (then (return (i32.const -1))))
      (local.set $copied (i32.const 0))
      (loop $copy
        (if (i32.lt_u (local.get $copied) (local.get $length))
          (then
            (v128.store
              (i32.add (local.get $dst) (local.get $copied))
              (v128.load (i32.add (local.get $src) (local.get $copied))))
            (local.set $copied (i32.add (local.get $copied) (i32.const 16)))
            (br $copy))))
      (local.set $src (i32.add (local.get $src) (local.get $length)))
      (local.set $dst (i32.add (local.get $dst) (local.get $length)))

      ;; The last sequence has literals only.
      (if (i32.eq (local.get $src) (local.get $srcEnd)) (then (return (local.get $dst))))

      ;; A match: how far back, and its length less 4 in the lower half of the token.
      (if (i32.lt_u (i32.sub (local.get $srcEnd) (local.get $src)) (i32.const 2)) (then (return (i32.const -1))))
      (local.set $distance (i32.load16_u (local.get $src)))
      (local.set $src (i32.add (local.get $src) (i32.const 2)))
      (local.set $length (i32.and (local.get $token) (i32.const 15)))
      (if (i32.eq (local.get $length) (i32.const 15))
        (then
          (loop $more
            (if (i32.ge_u (local.get $src) (local.get $srcEnd)) (then (return (i32.const -1))))
            (local.set $byte (i32.load8_u (local.get $src)))
            (local.set $src (i32.add (local.get $src) (i32.const 1)))
            (local.set $length (i32.add (local.get $length) (local.get $byte)))
            (br_if $more (i32.eq (local.get $byte) (i32.const 255))))))
      (local.set $length (i32.add (local.get $length) (i32.const 4)))
      (if (i32.eqz (local.get $distance)) (then (return (i32.const -1))))
      (if (i32.gt_u (local.get $distance) (i32.sub (local.get $dst) (local.get $dstStart)))
        (then (return (i32.const -1))))
      (if (i32.gt_u (local.get $length) (i32.sub (local.get $dstLimit) (local.get $dst)))
        (then (return (i32.const -1))))
      (local.set $match (i32.sub (local.get $dst) (local.get $distance)))
      (local.set $copied (i32.const 0))
      (if (i32.ge_u (local.get $distance) (i32.const 16))
        (then
          (loop $copy
            (v128.store
              (i32.add (local.get $dst) (local.get $copied))
              (v128.load (i32.add (local.get $match) (local.get $copied))))
            (local.set $copied (i32.add (local.get $copied) (i32.const 16)))
            (br_if $copy (i32.lt_u (local.get $copied) (local.get $length)))))
        (else
          ;; The match overlaps what it makes: byte by byte.
          (loop $copy
            (i32.store8
              (i32.add (local.get $dst) (local.get $copied))
              (i32.load8_u (i32.add (local.get $match) (local.get $copied))))
            (local.set $copied (i32.add (local.get $copied) (i32.const 1)))
            (br_if $copy (i32.lt_u (local.get $copied) (local.get $length))))))
      (local.set $dst (i32.add (local.get $dst) (local.get $length)))
      (br $sequence))
    (unreachable)))
