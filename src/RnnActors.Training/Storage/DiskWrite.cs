namespace RnnActors.Training.Storage;

/// <summary>A write that the disk may refuse, as a full one does: then only that file is lost, and training goes on.</summary>
internal static class DiskWrite
{
    /// <param name="what">For the report, the beginning of a sentence; null for none.</param>
    /// <returns>Whether it was written.</returns>
    public static bool Try(string? what, Action write, Action<string> report)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (what is not null) report($"{what} could not be written: {e.Message.TrimEnd('.')}");
            return false;
        }
    }
}
