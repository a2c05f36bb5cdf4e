using RnnActors.Core.Checkpoints;

namespace RnnActors.Training.Client;

/// <summary>Puts a file that was fetched where people look for it.</summary>
internal static class FetchedFile
{
    public static void Copy(string from, string to)
    {
        using var source = File.OpenRead(from);
        DurableFile.Write(to, source.CopyTo);
    }
}
