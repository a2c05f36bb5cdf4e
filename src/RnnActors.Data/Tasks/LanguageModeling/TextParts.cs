namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>The texts of a folder with one for each part, such as <c>ptb.train.txt</c>, <c>ptb.valid.txt</c> and <c>ptb.test.txt</c>.</summary>
internal sealed record TextParts(string Train, string? Validation, string? Test)
{
    private const int LookedAt = 1 << 16;

    private static readonly string[] Extensions = [".txt", ".tokens", ".raw", ""];

    /// <summary>Null if the folder has no such files, or several for one part.</summary>
    public static TextParts? Find(string path)
    {
        if (!Directory.Exists(path)) return null;
        string[] files = [.. Directory.EnumerateFiles(path).Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
        string[] Of(string part) => [.. files.Where(file => Path.GetFileName(file).Contains(part, StringComparison.OrdinalIgnoreCase))];
        (string[] train, string[] validation, string[] test) = (Of("train"), [.. Of("valid").Union(Of("dev"))], Of("test"));
        if (train.Length != 1 || validation.Length > 1 || test.Length > 1 || validation.Length + test.Length == 0) return null;
        return new TextParts(train[0], validation.FirstOrDefault(), test.FirstOrDefault());
    }

    /// <summary>Whether a text has already been split into words: it has a word that stands for unknown ones.</summary>
    public static bool IsCut(string path)
    {
        if (!File.Exists(path)) return false;
        char[] text = new char[LookedAt];
        using var reader = new StreamReader(path);
        int count = reader.ReadBlock(text);
        return new string(text, 0, count).Contains(" <unk> ", StringComparison.Ordinal);
    }
}
