package io.kuik.proxy.canary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A program that does nothing but end well, so that a canary ends as Completed. Where we know no machine code
 * the file stays empty and can't be run; a canary has been pulled by then, which is all that it must.
 */
final class Program {
  private static final int ELF_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int CODE = ELF_HEADER + PROGRAM_HEADER;
  private static final long ADDRESS = 0x400000;
  private static final int PAGE = 0x1000;
  private static final int READ_AND_EXECUTE = 5;

  /** An architecture as the ELF specification numbers it, and its exit(0). */
  private record Machine(short number, String code) {
  }

  private static final Map<String, Machine> MACHINES = Map.of(
      // mov eax, 60; xor edi, edi; syscall
      "amd64", new Machine((short) 62, "b83c000000" + "31ff" + "0f05"),
      // mov x8, #93; mov x0, #0; svc #0
      "arm64", new Machine((short) 183, "a80b80d2" + "000080d2" + "010000d4"));

  private Program() {
  }

  /** The program's file. */
  static byte[] of(String architecture) {
    return Optional.ofNullable(MACHINES.get(architecture)).map(Program::elf).orElseGet(() -> new byte[0]);
  }

  /** One segment, which is the whole file. */
  private static byte[] elf(Machine machine) {
    byte[] code = HexFormat.of().parseHex(machine.code());
    int size = CODE + code.length;
    var file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    // Magic number; 64 bits, little-endian, version 1; the rest of the identification is zero.
    file.put(new byte[]{0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    // An executable, its machine, version, entry, program headers; no section headers, no flags.
    file.putShort((short) 2).putShort(machine.number()).putInt(1).putLong(ADDRESS + CODE)
        .putLong(ELF_HEADER).putLong(0).putInt(0);
    file.putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1)
        .position(ELF_HEADER);
    file.putInt(1).putInt(READ_AND_EXECUTE).putLong(0).putLong(ADDRESS).putLong(ADDRESS).putLong(size)
        .putLong(size).putLong(PAGE);
    return file.put(code).array();
  }
}
