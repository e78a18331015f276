;; A plugin in WebAssembly text. Build it with Debian's wabt:  wat2wasm plugin.wat -o plugin.wasm
(module
  (import "dataprism" "request" (func $request (param $at i32) (param $length i32) (result i32)))
  (import "dataprism" "take" (func $take (param $at i32) (param $length i32)))
  (import "dataprism" "fail" (func $fail (param $code i32) (param $at i32) (param $length i32)))
  (import "dataprism" "next" (func $next (result i32)))
  (import "dataprism" "emit" (func $emit (param $at i32) (param $length i32) (result i32)))

  (memory (export "memory") 1)
  (data (i32.const 0) "null")
  (data (i32.const 16) "{\"address\":\"dataprism.service.storage.set\",\"body\":{\"key\":\"last\",\"value\":") ;; 72 bytes
  (data (i32.const 96) "{\"address\":\"dataprism.service.storage.get\",\"body\":{\"key\":\"last\"}}") ;; 65 bytes

  ;; All that was handed out is given back at once, when the answer has been copied: one call is served at a time.
  (global $top (mut i32) (i32.const 1024))
  (func $alloc (export "dataprism_alloc") (param $length i32) (result i32)
    (local $at i32)
    (local $end i32)
    (local.set $at (global.get $top))
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (if (i32.gt_u (local.get $end) (i32.shl (memory.size) (i32.const 16)))
      (then
        (if (i32.eq (i32.const -1)
              (memory.grow (i32.add (i32.const 1) (i32.shr_u (local.get $length) (i32.const 16)))))
          (then (return (i32.const 0))))))
    (global.set $top (local.get $end))
    (local.get $at))
  (func (export "dataprism_free") (param $at i32) (param $length i32)
    (global.set $top (i32.const 1024)))

  (func $bytes (param $at i32) (param $length i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length))))

  (func (export "operation.checksum") (param $at i32) (param $length i32) (result i64)
    (local $end i32)
    (local $crc i32)
    (local $bit i32)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (local.set $crc (i32.const -1))
    (block $done
      (loop $byte
        (br_if $done (i32.eq (local.get $at) (local.get $end)))
        (local.set $crc (i32.xor (local.get $crc) (i32.load8_u (local.get $at))))
        (local.set $bit (i32.const 8))
        (loop $shift
          (local.set $crc
            (i32.xor
              (i32.shr_u (local.get $crc) (i32.const 1))
              (i32.and (i32.const 0xedb88320) (i32.sub (i32.const 0) (i32.and (local.get $crc) (i32.const 1))))))
          (local.set $bit (i32.sub (local.get $bit) (i32.const 1)))
          (br_if $shift (local.get $bit)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $byte)))
    (call $decimal (i32.xor (local.get $crc) (i32.const -1))))

  ;; A number in decimal digits, written backwards from byte 1023.
  (func $decimal (param $number i32) (result i64)
    (local $at i32)
    (local.set $at (i32.const 1024))
    (loop $digit
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
      (local.set $number (i32.div_u (local.get $number) (i32.const 10)))
      (br_if $digit (local.get $number)))
    (call $bytes (local.get $at) (i32.sub (i32.const 1024) (local.get $at))))

  (func (export "operation.remember") (param $at i32) (param $length i32) (result i64)
    (local $message i32)
    (local.set $message (call $alloc (i32.add (local.get $length) (i32.const 74))))
    (if (i32.eqz (local.get $message))
      (then
        (call $fail (i32.const 2) (i32.const 0) (i32.const 0))
        (return (i64.const 0))))
    (memory.copy (local.get $message) (i32.const 16) (i32.const 72))
    (memory.copy (i32.add (local.get $message) (i32.const 72)) (local.get $at) (local.get $length))
    (i32.store16 (i32.add (local.get $message) (i32.add (local.get $length) (i32.const 72))) (i32.const 0x7d7d)) ;; }}
    (drop (call $ask (local.get $message) (i32.add (local.get $length) (i32.const 74))))
    (call $bytes (i32.const 0) (i32.const 4)))

  (func (export "operation.recall") (param $at i32) (param $length i32) (result i64)
    (call $ask (i32.const 96) (i32.const 65)))

  ;; Asks the host; where it refuses, this call fails with what it says.
  (func $ask (param $at i32) (param $length i32) (result i64)
    (local.set $length (call $request (local.get $at) (local.get $length)))
    (if (i32.lt_s (local.get $length) (i32.const 0))
      (then
        (call $fail (i32.const 3) (i32.const 0) (i32.const 0))
        (return (i64.const 0))))
    (local.set $at (call $alloc (local.get $length)))
    (call $take (local.get $at) (local.get $length))
    (call $bytes (local.get $at) (local.get $length)))

  ;; Answers every batch of its input as it came. Each lies where the one before it lay.
  (func (export "operation.pass") (param $at i32) (param $length i32) (result i64)
    (block $end
      (loop $batch
        (local.set $length (call $next))
        (br_if $end (i32.eqz (local.get $length)))
        (if (i32.lt_s (local.get $length) (i32.const 0)) ;; the input failed: so does this call, in the same way
          (then
            (call $fail (i32.const 3) (i32.const 0) (i32.const 0))
            (br $end)))
        (global.set $top (i32.const 1024))
        (local.set $at (call $alloc (local.get $length)))
        (if (i32.eqz (local.get $at))
          (then
            (call $fail (i32.const 2) (i32.const 0) (i32.const 0))
            (br $end)))
        (call $take (local.get $at) (local.get $length))
        (br_if $batch (i32.eqz (call $emit (local.get $at) (local.get $length))))))
    (global.set $top (i32.const 1024))
    (i64.const 0))
)
