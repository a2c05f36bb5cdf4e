using System.Globalization;

namespace RnnActors.Tests;

/// <summary>The niceness that Linux gives a thread.</summary>
internal static class ThreadNiceness
{
    /// <summary>The calling thread's: the 19th field of its <c>stat</c>, counted after the name, which may have blanks. 0 anywhere but on Linux.</summary>
    public static int Now()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        return Of(File.ReadAllText("/proc/thread-self/stat"));
    }

    /// <summary>That of each thread of this process that has a name now.</summary>
    /// <param name="name">At most 15 characters, as Linux keeps them.</param>
    public static IReadOnlyList<int> OfThreads(string name)
    {
        List<int> found = [];
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(thread, "stat")) is var stat && stat.Contains($"({name})", StringComparison.Ordinal)) found.Add(Of(stat));
            }
            catch (IOException)
            {
                // it has ended
            }
        }

        return found;
    }

    private static int Of(string stat) => int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
}
