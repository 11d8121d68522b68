using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Makes libLibTorchSharp.so load where the system's libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04). The file asks
/// for the version GLIBCXX_3.4.32 by a mark alone: its one symbol of that version, an initialiser that the headers of GCC 13
/// name, is used by no relocation. The mark becomes weak (flag 2 of its vernaux entry), which the dynamic loader passes over.
/// Compiled by MSBuild, which is why it keeps to what netstandard 2.0 has.
/// </summary>
public sealed class WeakenGlibcxxVersion : Task
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Unused = "_ZSt21ios_base_library_initv";
    private const ushort Weak = 2; // VER_FLG_WEAK

    /// <summary>The copies of libLibTorchSharp.so that may be changed.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = new ITaskItem[0];

    /// <summary>The libstdc++ that programs will load; empty is the one that .NET itself has loaded.</summary>
    public string LibStdCxx { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            var library = LibStdCxx.Length > 0 ? LibStdCxx : Loaded();
            var provided = library is null ? "" : Encoding.ASCII.GetString(File.ReadAllBytes(library));
            foreach (var file in Files)
            {
                var path = file.ItemSpec;
                if (library is not null && File.Exists(path) && Mark(path, version => provided.Contains("\0" + version + "\0")))
                    Log.LogMessage(
                        MessageImportance.High,
                        $"{path}: the version mark {Version}, which {library} lacks and nothing uses, is weak now."
                    );
            }
        }
        catch (Exception e) when (e is InvalidDataException || e is IOException || e is UnauthorizedAccessException)
        {
            Log.LogError(e.Message);
        }

        return !Log.HasLoggedErrors;
    }

    private static string Loaded() =>
        !File.Exists("/proc/self/maps")
            ? null
            : File.ReadLines("/proc/self/maps")
                .Select(line => line.Substring(line.LastIndexOf(' ') + 1))
                .FirstOrDefault(path => Path.GetFileName(path).StartsWith("libstdc++.so", StringComparison.Ordinal));

    /// <summary>Marks the version weak if it is not provided. Returns whether the file has been changed.</summary>
    private static bool Mark(string path, Func<string, bool> isProvided)
    {
        var elf = new Elf(path, File.ReadAllBytes(path));
        var needed = elf.Needed().Where(n => n.Library.StartsWith("libstdc++.so", StringComparison.Ordinal)).ToArray();
        var missing = needed.Where(n => (n.Flags & Weak) == 0 && !isProvided(n.Version)).ToArray();
        if (missing.Length == 0)
            return false;
        if (missing.FirstOrDefault(n => n.Version != Version) is { } other)
            throw new InvalidDataException(
                $"Got {path}, which needs {other.Version} of libstdc++; expected no version that this system lacks but {Version}. "
                    + $"Install a newer libstdc++."
            );
        var users = elf.SymbolsOf(missing[0].Index).ToArray();
        if (users.Any(symbol => symbol.Name != Unused || elf.IsRelocated(symbol.Index)))
            throw new InvalidDataException(
                $"Got {path}, which uses {string.Join(", ", users.Select(s => s.Name))} of {Version}; expected that nothing does. "
                    + "Install a newer libstdc++."
            );
        elf.SetFlags(missing[0], (ushort)(missing[0].Flags | Weak));
        // Aside and renamed, for the copy may be a link to NuGet's file, or be loaded; with its old time, so that the next build
        // takes it for the file that it would copy.
        File.WriteAllBytes(path + ".new", elf.Bytes);
        File.SetLastWriteTimeUtc(path + ".new", File.GetLastWriteTimeUtc(path));
        File.Delete(path);
        File.Move(path + ".new", path);
        return true;
    }

    private sealed class NeededVersion
    {
        public string Library = "",
            Version = "";
        public ushort Flags,
            Index;
        public int Offset;
    }

    /// <summary>What is needed of a 64-bit little-endian ELF file: sections, versions, dynamic symbols, relocations.</summary>
    private sealed class Elf
    {
        private const int SectionEntry = 64,
            SymbolEntry = 24,
            RelocationEntry = 24;
        private readonly string path;
        private readonly List<(uint Type, long Offset, long Size, int Link)> sections = new List<(uint, long, long, int)>();

        public Elf(string path, byte[] bytes)
        {
            this.path = path;
            Bytes = bytes;
            if (bytes.Length < 64 || U32(0) != 0x464C457F || bytes[4] != 2 || bytes[5] != 1)
                throw Wrong("a 64-bit ELF file");
            var start = U64(40);
            for (var i = 0; i < U16(60); i++)
            {
                var at = start + i * SectionEntry;
                sections.Add((U32(at + 4), U64(at + 24), U64(at + 32), (int)U32(at + 40)));
            }
        }

        public byte[] Bytes { get; }

        public IEnumerable<NeededVersion> Needed()
        {
            var section = Find(0x6FFFFFFE); // SHT_GNU_verneed
            long at = section.Offset,
                next;
            do
            {
                var library = Text(section.Link, U32(at + 4));
                var entry = at + U32(at + 8);
                for (var i = 0; i < U16(at + 2); i++)
                {
                    yield return new NeededVersion
                    {
                        Library = library,
                        Version = Text(section.Link, U32(entry + 8)),
                        Flags = U16(entry + 4),
                        Index = U16(entry + 6),
                        Offset = (int)entry,
                    };
                    entry += U32(entry + 12);
                }

                next = U32(at + 12);
                at += next;
            } while (next != 0);
        }

        public IEnumerable<(string Name, int Index)> SymbolsOf(ushort version)
        {
            var versions = Find(0x6FFFFFFF); // SHT_GNU_versym
            var symbols = Find(11); // SHT_DYNSYM
            for (var i = 0; i < versions.Size / 2; i++)
            {
                if ((U16(versions.Offset + 2 * i) & 0x7FFF) == version)
                    yield return (Text(symbols.Link, U32(symbols.Offset + i * SymbolEntry)), i);
            }
        }

        public bool IsRelocated(int symbol) =>
            sections
                .Where(s => s.Type == 4) // SHT_RELA
                .Any(s =>
                    Enumerable.Range(0, (int)(s.Size / RelocationEntry)).Any(i => U32(s.Offset + i * RelocationEntry + 12) == symbol)
                );

        public void SetFlags(NeededVersion version, ushort flags) => BitConverter.GetBytes(flags).CopyTo(Bytes, version.Offset + 4);

        private (uint Type, long Offset, long Size, int Link) Find(uint type) =>
            sections.Any(s => s.Type == type)
                ? sections.First(s => s.Type == type)
                : throw Wrong("a shared library with versions of symbols");

        private string Text(int section, uint offset)
        {
            var start = (int)(sections[section].Offset + offset);
            return Encoding.ASCII.GetString(Bytes, start, Array.IndexOf(Bytes, (byte)0, start) - start);
        }

        private ushort U16(long at) => BitConverter.ToUInt16(Bytes, Within(at, 2));

        private uint U32(long at) => BitConverter.ToUInt32(Bytes, Within(at, 4));

        private long U64(long at) => BitConverter.ToInt64(Bytes, Within(at, 8));

        private int Within(long at, int size) => at >= 0 && at + size <= Bytes.Length ? (int)at : throw Wrong("a whole ELF file");

        private InvalidDataException Wrong(string expected) => new InvalidDataException($"Got {path}; expected {expected}.");
    }
}
