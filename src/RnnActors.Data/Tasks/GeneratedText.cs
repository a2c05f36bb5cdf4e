namespace RnnActors.Data.Tasks;

/// <summary>A text that a network writes, piece by piece.</summary>
public abstract class GeneratedText : IDisposable
{
    /// <summary>What it is written in: <c>characters</c>.</summary>
    public abstract string Unit { get; }

    /// <summary>Writes one unit more.</summary>
    /// <returns>What it adds to the text: often a character, nothing within a character of several bytes.</returns>
    public abstract string Next();

    /// <summary>What is left where the text ends within a character.</summary>
    public abstract string End();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
