namespace RnnActors.Data.Tables;

/// <summary>Lines at the end of a file that are no rows.</summary>
internal static class Footer
{
    /// <summary>How many lines at the end a message takes for a footer.</summary>
    public const int MaxLines = 20;
}
