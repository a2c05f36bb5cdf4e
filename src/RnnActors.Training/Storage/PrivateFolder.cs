namespace RnnActors.Training.Storage;

/// <summary>A folder that only its owner can use: 0700, and 0600 for the files in it.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes the folder. If it exists, takes all permissions of others from it and everything in it.</summary>
    /// <returns>What could not be restricted, as a sentence without its full stop; null for nothing.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    public static string? Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return null;
        }

        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return null;
        }

        try
        {
            Tighten(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"Other users of this machine may read {path}: {e.Message.TrimEnd('.')}. It should be its owner's alone (chmod -R go= {path})";
        }

        try
        {
            var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
            foreach (string entry in Directory.EnumerateFileSystemEntries(path, "*", all)) Tighten(entry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody else reaches it, since the folder itself is closed.
        }

        return null;
    }

    private static void Tighten(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) != 0) File.SetUnixFileMode(path, mode & ~Others);
    }
}
