namespace RnnActors.EndToEnd.Tests.Readme;

/// <summary>A folder for each document: what one trains is not there for another.</summary>
public sealed class DocumentFolders : IDisposable
{
    private readonly Dictionary<string, DocumentFolder> _folders = [];

    public void Dispose()
    {
        foreach (DocumentFolder folder in _folders.Values) folder.Dispose();
    }

    public DocumentFolder Of(string document)
    {
        if (!_folders.TryGetValue(document, out DocumentFolder? folder)) _folders[document] = folder = new DocumentFolder();
        return folder;
    }
}
