using System.Globalization;

namespace RnnActors.Tests;

/// <summary>The niceness that Linux gives a thread.</summary>
internal static class ThreadNiceness
{
    /// <summary>The calling thread's: the 19th field of its <c>stat</c>, counted after the name, which may have blanks. 0 anywhere but on Linux.</summary>
    public static int Now()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        string stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
