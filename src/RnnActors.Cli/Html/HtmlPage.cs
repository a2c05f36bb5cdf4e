namespace RnnActors.Cli.Html;

/// <summary>The frame of a self-contained page: no script, no other file, no other host.</summary>
internal static class HtmlPage
{
    /// <param name="body">Writes the content.</param>
    public static string Of(string title, Action<HtmlWriter> body)
    {
        var html = new HtmlWriter();
        html.Trusted("<!DOCTYPE html>\n");
        using (html.Open("html", ("lang", "en")))
        {
            using (html.Open("head"))
            {
                html.Trusted("<meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta name=\"color-scheme\" "
                    + "content=\"light dark\"/>");
                html.Leaf("title", title);
                html.Trusted($"<style>{PageStyle.Text}</style>");
            }

            using (html.Open("body"))
            using (html.Open("main")) body(html);
        }

        return html.ToString();
    }
}
